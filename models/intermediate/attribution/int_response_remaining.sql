with terms as (select * from {{ ref('int_response_terms') }}),

parameters as (select * from {{ ref('int_response_parameters') }}),

-- Only what leads to won opportunities.
needed as (
    select distinct
        step,
        unit_id
    from {{ ref('int_response_winners') }}
),

scored as (
    select
        terms.step,
        terms.unit_id,
        terms.term,
        terms.is_channel,
        parameters.replicate,
        terms.value * parameters.estimate as points
    from needed
    inner join terms on needed.step = terms.step and needed.unit_id = terms.unit_id
    inner join parameters on terms.step = parameters.step and terms.term = parameters.term
),

totals as (
    select
        step,
        unit_id,
        replicate,
        sum(points) as points,
        sum(case when is_channel then points else 0 end) as channel_points
    from scored
    group by step, unit_id, replicate
),

removed as (
    select
        step,
        unit_id,
        replicate,
        term as channel,
        points as removed_points
    from scored
    where is_channel
    union all
    select
        step,
        unit_id,
        replicate,
        '(baseline)' as channel,
        channel_points as removed_points
    from totals
),

-- The share of a unit's probability that would remain without the channel.
remaining as (
    select
        removed.step,
        removed.unit_id,
        removed.replicate,
        removed.channel,
        least(
            1, (1 + exp(-totals.points)) / (1 + exp(removed.removed_points - totals.points))
        ) as remaining_share
    from removed
    inner join totals
        on
            removed.step = totals.step
            and removed.unit_id = totals.unit_id
            and removed.replicate = totals.replicate
)

select * from remaining
