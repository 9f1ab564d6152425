-- Every opportunity created, won or lost in a month counts once in it, in (all), in the sum of the
-- segments, in pipeline generation and in fct_opportunities. Closed opportunities without a
-- closing date are in no month.
with metrics as (
    select
        sum(case when segment = '(all)' then created_count end) as created_count,
        sum(case when segment <> '(all)' then created_count end) as segments_created_count,
        sum(case when segment = '(all)' then created_amount end) as created_amount,
        sum(case when segment = '(all)' then won_count + lost_count end) as closed_count,
        sum(case when segment = '(all)' then won_amount end) as won_amount,
        sum(case when segment <> '(all)' then won_amount end) as segments_won_amount
    from {{ ref('rpt_pipeline_metrics') }}
),

generation as (
    select
        sum(created_count) as created_count,
        sum(created_amount) as created_amount
    from {{ ref('rpt_pipeline_generation') }}
),

coverage as (
    select sum(won_amount) as won_amount
    from {{ ref('rpt_pipeline_coverage') }}
    where team = '(all)' and segment = '(all)'
),

opportunities as (
    select
        count(*) as created_count,
        count(closed_at) as closed_count,
        sum(case when closed_at is not null then won_amount end) as won_amount
    from {{ ref('fct_opportunities') }}
    where created_at is not null
)

select
    metrics.*,
    generation.created_amount as generated_amount,
    opportunities.won_amount as opportunities_won_amount
from metrics
cross join generation
cross join coverage
cross join opportunities
where
    metrics.created_count <> opportunities.created_count
    or metrics.segments_created_count <> opportunities.created_count
    or generation.created_count <> opportunities.created_count
    or metrics.created_amount <> generation.created_amount
    or metrics.closed_count <> opportunities.closed_count
    or metrics.won_amount <> opportunities.won_amount
    or metrics.segments_won_amount <> opportunities.won_amount
    or coverage.won_amount <> opportunities.won_amount
