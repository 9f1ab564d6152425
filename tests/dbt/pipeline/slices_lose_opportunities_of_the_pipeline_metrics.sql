-- The values of every dimension add up to the total of the pipeline metrics.
with sliced as (
    select
        dimension,
        sum(created_count) as created_count,
        sum(created_amount) as created_amount,
        sum(won_amount) as won_amount,
        sum(won_count + lost_count) as closed_count
    from {{ ref('rpt_pipeline_slices') }}
    group by dimension
),

metrics as (
    select
        sum(created_count) as created_count,
        sum(created_amount) as created_amount,
        sum(won_amount) as won_amount,
        sum(won_count + lost_count) as closed_count
    from {{ ref('rpt_pipeline_metrics') }}
    where segment = '(all)'
)

select
    sliced.*,
    metrics.created_count as metrics_created_count
from sliced
cross join metrics
where
    sliced.created_count <> metrics.created_count
    or sliced.created_amount <> metrics.created_amount
    or sliced.won_amount <> metrics.won_amount
    or sliced.closed_count <> metrics.closed_count
