with dates as (
    select
        max(last_whole_month) as last_whole_month,
        cast({{ dbt.dateadd('month', -12, 'max(last_whole_month)') }} as date) as before_month
    from {{ ref('int_forecast_months') }}
    where is_current
),

origin_rates as (
    select * from {{ ref('int_origin_rates') }}
    where segment = '(all)'
),

funnel_rates as (
    select * from {{ ref('int_funnel_rates') }}
    where segment = '(all)'
),

last_year as (
    select
        months.is_from_sql,
        sum(months.leads_count) as leads_count,
        sum(months.created_count) as created_count
    from {{ ref('int_funnel_months') }} as months
    inner join dates
        on
            months.period_month <= dates.last_whole_month
            and months.period_month > dates.before_month
    where months.segment = '(all)'
    group by months.is_from_sql
),

-- Twelve months in which as many opportunities are created as in the last twelve. An origin that
-- brought none adds nothing.
origins as (
    select
        origin_rates.is_from_sql,
        coalesce(last_year.leads_count, 0) as leads_count,
        coalesce(last_year.created_count, 0) as created_count,
        case
            when coalesce(last_year.created_count, 0) = 0 then 0
            else last_year.created_count * origin_rates.win_rate
        end as wins,
        case
            when coalesce(last_year.created_count, 0) = 0 then 0
            else last_year.created_count * origin_rates.win_rate * origin_rates.mean_won_amount
        end as bookings
    from origin_rates
    left join last_year on origin_rates.is_from_sql = last_year.is_from_sql
),

totals as (
    select
        cast(sum(leads_count) as double) as leads_count,
        sum(wins) / nullif(sum(created_count), 0) as win_rate,
        sum(bookings) / nullif(sum(wins), 0) as mean_won_amount,
        case when sum(created_count) > 0 then sum(bookings) end as bookings,
        case when sum(created_count) > 0 then sum(case when is_from_sql then bookings end) end
            as bookings_from_sqls
    from origins
),

final as (
    select
        totals.*,
        funnel_rates.mqls_per_lead,
        funnel_rates.sqls_per_mql,
        funnel_rates.opportunities_per_sql,
        funnel_rates.cycle_days,
        funnel_rates.cycle_days + funnel_rates.sql_to_opportunity_days as sql_to_win_days,
        funnel_rates.cycle_days + funnel_rates.sql_to_opportunity_days
        + funnel_rates.mql_to_sql_days as mql_to_win_days,
        funnel_rates.cycle_days + funnel_rates.sql_to_opportunity_days
        + funnel_rates.mql_to_sql_days + funnel_rates.lead_to_mql_days as lead_to_win_days
    from totals
    cross join funnel_rates
)

select * from final
