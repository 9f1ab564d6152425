select source_system, measure, raw_value, mart_value, set_aside_value, difference
from operations.rpt_source_reconciliation
order by abs(difference) desc, source_system, measure
limit 500
