select border, table_name, expectation, severity, observed_value
from operations.data_quality_results
where
    not is_met and run_id = (select max(run_id) from operations.data_quality_results)
order by severity, border, table_name, expectation
limit 500
