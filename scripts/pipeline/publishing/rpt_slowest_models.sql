-- The newest build, model by model, compared with the ten builds before it.
with builds as (
    select run_id, row_number() over (order by run_id desc) as build_number
    from (select distinct run_id from published.operations.pipeline_models)
),

measured as (
    select models.model, models.schema_name, models.rows, builds.build_number,
        models.seconds, models.tests_seconds,
        models.seconds + models.tests_seconds as total_seconds
    from published.operations.pipeline_models as models
    inner join builds using (run_id)
),

earlier as (
    select model, count(*) as builds_count,
        median(total_seconds) as usual_seconds, median(rows) as usual_rows
    from measured
    where build_number between 2 and 11
    group by model
)

select newest.model, newest.schema_name, newest.rows,
    cast(earlier.usual_rows as bigint) as usual_rows,
    round(newest.seconds, 3) as seconds,
    round(newest.tests_seconds, 3) as tests_seconds,
    round(earlier.usual_seconds, 3) as usual_seconds,
    round(newest.total_seconds / nullif(earlier.usual_seconds, 0), 3) as seconds_ratio,
    round(newest.total_seconds / nullif(sum(newest.total_seconds) over (), 0), 6)
        as seconds_share,
    coalesce(earlier.builds_count, 0) as builds_count
from measured as newest
left join earlier using (model)
where newest.build_number = 1
order by newest.total_seconds desc, newest.model
