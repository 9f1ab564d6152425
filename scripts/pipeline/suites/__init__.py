"""The suites of both borders, as data: one entry per table."""
