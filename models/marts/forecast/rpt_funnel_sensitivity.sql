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

baseline as (
    select
        cast(sum(leads_count) as double) as leads,
        sum(wins) / nullif(sum(created_count), 0) as win_rate,
        sum(bookings) / nullif(sum(wins), 0) as mean_won_amount,
        sum(bookings) as bookings,
        sum(case when is_from_sql then bookings end) as bookings_from_sqls
    from origins
),

-- What a lever moves is booked after the median days from there to the win; what has passed it
-- already is not moved. A shorter cycle brings the bookings of the days that it saves.
levers as (
    select
        names.lever,
        baseline.bookings as baseline_bookings,
        case names.lever
            when 'lead_volume' then baseline.leads
            when 'mqls_per_lead' then funnel_rates.mqls_per_lead
            when 'sqls_per_mql' then funnel_rates.sqls_per_mql
            when 'opportunities_per_sql' then funnel_rates.opportunities_per_sql
            when 'win_rate' then baseline.win_rate
            when 'mean_won_amount' then baseline.mean_won_amount
            when 'cycle_days' then funnel_rates.cycle_days
        end as current_value,
        case
            when names.lever in ('win_rate', 'mean_won_amount', 'cycle_days') then baseline.bookings
            else baseline.bookings_from_sqls
        end as moved_bookings,
        case names.lever
            when 'lead_volume'
                then
                    funnel_rates.lead_to_mql_days + funnel_rates.mql_to_sql_days
                    + funnel_rates.sql_to_opportunity_days + funnel_rates.cycle_days
            when 'mqls_per_lead'
                then
                    funnel_rates.mql_to_sql_days + funnel_rates.sql_to_opportunity_days
                    + funnel_rates.cycle_days
            when 'sqls_per_mql'
                then funnel_rates.sql_to_opportunity_days + funnel_rates.cycle_days
            when 'opportunities_per_sql' then funnel_rates.cycle_days
            when 'win_rate' then 0
            when 'mean_won_amount' then funnel_rates.cycle_days
        end as delay_days,
        funnel_rates.cycle_days
    from baseline
    cross join funnel_rates
    cross join (
        values ('lead_volume'), ('mqls_per_lead'), ('sqls_per_mql'), ('opportunities_per_sql'),
        ('win_rate'), ('mean_won_amount'), ('cycle_days')
    ) as names (lever)
),

changed as (
    select
        levers.*,
        changes.change_rate,
        changes.change_rate * levers.moved_bookings
        * case
            when levers.lever = 'cycle_days' then -levers.cycle_days / 365.25e0
            when levers.delay_days is not null
                then greatest(365.25e0 - levers.delay_days, 0) / 365.25e0
        end as bookings_change
    from levers
    cross join (values (-0.1e0), (0.1e0)) as changes (change_rate)
),

final as (
    select
        lever,
        change_rate,
        current_value,
        current_value * (1 + change_rate) as changed_value,
        delay_days,
        cast(baseline_bookings as decimal(18, 2)) as baseline_bookings_12m,
        cast(bookings_change as decimal(18, 2)) as bookings_change_12m,
        case
            when bookings_change is not null
                then rank() over (
                    partition by change_rate order by abs(bookings_change) desc nulls last
                )
        end as effect_rank
    from changed
)

select * from final
