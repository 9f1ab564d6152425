with baseline as (select * from {{ ref('int_funnel_baseline') }}),

-- What a lever moves is booked after the median days from there to the win; what has passed it
-- already is not moved. A shorter cycle brings the bookings of the days that it saves.
levers as (
    select
        names.lever,
        baseline.bookings as baseline_bookings,
        case names.lever
            when 'lead_volume' then baseline.leads_count
            when 'mqls_per_lead' then baseline.mqls_per_lead
            when 'sqls_per_mql' then baseline.sqls_per_mql
            when 'opportunities_per_sql' then baseline.opportunities_per_sql
            when 'win_rate' then baseline.win_rate
            when 'mean_won_amount' then baseline.mean_won_amount
            when 'cycle_days' then baseline.cycle_days
        end as current_value,
        case
            when names.lever in ('win_rate', 'mean_won_amount', 'cycle_days') then baseline.bookings
            else baseline.bookings_from_sqls
        end as moved_bookings,
        case names.lever
            when 'lead_volume' then baseline.lead_to_win_days
            when 'mqls_per_lead' then baseline.mql_to_win_days
            when 'sqls_per_mql' then baseline.sql_to_win_days
            when 'opportunities_per_sql' then baseline.cycle_days
            when 'win_rate' then 0
            when 'mean_won_amount' then baseline.cycle_days
        end as delay_days,
        baseline.cycle_days
    from baseline
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
        cast(
            case
                when bookings_change is not null
                    then rank() over (
                        partition by change_rate order by abs(bookings_change) desc nulls last
                    )
            end as bigint
        ) as effect_rank
    from changed
)

select * from final
