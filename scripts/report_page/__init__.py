"""The report: one self-contained page of charts from the published marts."""
