select source_system, raw_table, rejection_reason, rows_count, amount, example_raw_id, what_to_do
from operations.rpt_rejected_rows
order by rows_count desc, source_system, raw_table, rejection_reason
limit 500
