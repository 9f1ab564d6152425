select
    border, count(*) filter (where is_met) as met_count,
    count(*) filter (where not is_met and severity = 'warning') as warned_count,
    count(*) filter (where not is_met and severity <> 'warning') as failed_count
from operations.data_quality_results
where run_id = (select max(run_id) from operations.data_quality_results)
group by border
order by border
