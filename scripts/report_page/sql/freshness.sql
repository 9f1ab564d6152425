select source_system, raw_table, latest_at, age_hours, sla_hours, is_fresh, rows_count
from operations.source_freshness
where run_id = (select max(run_id) from operations.source_freshness)
order by coalesce(is_fresh, true), age_hours desc nulls last, source_system, raw_table
