with spells as (select * from {{ ref('int_mrr_spells') }}),

first_spells as (
    select * from spells
    where spell_number = 1 and entry_tenure < exit_tenure
),

-- A spell is at risk from the month after its entry until its exit.
changes as (
    select
        segment,
        entry_tenure + 1 as tenure_months,
        1 as at_risk,
        0 as churned
    from first_spells
    union all
    select
        segment,
        exit_tenure + 1 as tenure_months,
        -1 as at_risk,
        0 as churned
    from first_spells
    union all
    select
        segment,
        exit_tenure as tenure_months,
        0 as at_risk,
        1 as churned
    from first_spells
    where has_churned
),

slices as (
    select
        segment,
        tenure_months,
        sum(at_risk) as at_risk,
        sum(churned) as churned
    from changes
    group by segment, tenure_months
    union all
    select
        '(all)' as segment,
        tenure_months,
        sum(at_risk) as at_risk,
        sum(churned) as churned
    from changes
    group by tenure_months
),

segments as (
    select distinct segment from spells
    union all
    select '(all)' as segment
),

-- Tenures up to the horizon after the oldest contract.
span as (
    select
        cast('2000-01-01' as date) as first_month,
        cast({{ dbt.dateadd(
            'month', 'cast(max(as_of_tenure) as int) + ' ~ var('clv_horizon_months'),
            "cast('2000-01-01' as date)"
        ) }} as date) as last_month
    from spells
),

months as (
    select
        first_month,
        {{ month_series_of('first_month', 'last_month') }} as series_month
    from span
),

cells as (
    select
        segments.segment,
        cast(
            {{ dbt.datediff('months.first_month', 'months.series_month', 'month') }} as bigint
        ) as tenure_months
    from months
    cross join segments
),

counted as (
    select
        cells.segment,
        cells.tenure_months,
        coalesce(slices.churned, 0) as churned_count,
        sum(coalesce(slices.at_risk, 0)) over (
            partition by cells.segment order by cells.tenure_months asc nulls last
            rows between unbounded preceding and current row
        ) as at_risk_count
    from cells
    left outer join slices
        on cells.segment = slices.segment and cells.tenure_months = slices.tenure_months
)

select * from counted
