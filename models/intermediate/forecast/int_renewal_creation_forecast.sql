with forecast_months as (
    select * from {{ ref('int_forecast_months') }}
    where history_months >= 12
),

created as (
    select * from {{ ref('int_created_opportunities') }}
    where opportunity_type = 'renewal'
),

-- The mean of the same month a year before and its two neighbours, as far as they are over.
windows as (
    select
        *,
        least(
            {{ dbt.datediff('target_month', 'last_whole_month', 'month') }} + 14, 3
        ) as window_months,
        cast({{ dbt.dateadd('month', -13, 'target_month') }} as date) as window_starts_on,
        least(
            cast({{ dbt.dateadd('month', -11, 'target_month') }} as date), last_whole_month
        ) as window_ends_on
    from forecast_months
),

final as (
    select
        created.opportunity_type,
        created.segment,
        windows.months_ahead,
        sum(cast(created.created_count as double) * windows.month_share / windows.window_months)
            as created_count,
        windows.as_of_month,
        windows.target_month as created_month
    from windows
    inner join created
        on
            windows.window_starts_on <= created.created_month
            and windows.window_ends_on >= created.created_month
    group by
        windows.as_of_month, windows.target_month, windows.months_ahead, created.opportunity_type,
        created.segment
)

select * from final
