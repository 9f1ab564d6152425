with targets as (select * from {{ ref('targets') }}),

actuals as (select * from {{ ref('int_goal_actuals') }}),

forecasts as (select * from {{ ref('int_goal_forecasts') }}),

facts as (
    select
        metric,
        team,
        segment,
        source,
        target,
        owner,
        depends_on,
        cast(null as decimal(18, 2)) as actual_amount,
        cast(null as decimal(18, 2)) as remaining_amount,
        period_month
    from targets
    union all
    select
        metric,
        team,
        segment,
        source,
        cast(null as decimal(18, 4)) as target,
        cast(null as string) as owner,
        cast(null as string) as depends_on,
        actual_amount,
        cast(null as decimal(18, 2)) as remaining_amount,
        period_month
    from actuals
    union all
    select
        metric,
        team,
        segment,
        '(all)' as source,
        cast(null as decimal(18, 4)) as target,
        cast(null as string) as owner,
        cast(null as string) as depends_on,
        cast(null as decimal(18, 2)) as actual_amount,
        remaining_amount,
        period_month
    from forecasts
),

-- Bookings of all teams add up; rates do not. Targets that are not split by segment are only in
-- segment (all).
slices as (
    select
        totals.team,
        totals.segment
    from (
        values (null, null), ('(all)', null), (null, '(all)'), ('(all)', '(all)')
    ) as totals (team, segment)
),

sliced as (
    select
        facts.metric,
        coalesce(slices.team, facts.team) as team,
        coalesce(slices.segment, facts.segment) as segment,
        facts.source,
        sum(facts.target) as target,
        min(facts.owner) as first_owner,
        max(facts.owner) as last_owner,
        min(facts.depends_on) as first_depends_on,
        max(facts.depends_on) as last_depends_on,
        sum(facts.actual_amount) as actual_amount,
        sum(facts.remaining_amount) as remaining_amount,
        facts.period_month
    from facts
    cross join slices
    where
        (slices.team is null or facts.metric = 'won_amount')
        and case
            when facts.metric in ('nrr', 'gross_churn_rate') then slices.segment is null
            else facts.segment <> '(all)' or slices.segment = '(all)'
        end
    group by all
),

final as (
    select
        metric,
        team,
        segment,
        source,
        case when first_owner = last_owner then last_owner end as owner,
        case when first_depends_on = last_depends_on then last_depends_on end as depends_on,
        cast(target as decimal(18, 4)) as target,
        cast(actual_amount as decimal(18, 2)) as actual_amount,
        cast(remaining_amount as decimal(18, 2)) as remaining_amount,
        period_month
    from sliced
    where target is not null
)

select * from final
