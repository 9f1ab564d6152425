with pass_events as (
    select * from {{ ref('int_person_pass_events') }}
    where is_counted
),

person_deals as (
    select * from {{ ref('int_person_deals') }}
),

first_times as (
    select
        person_key,
        pass_number,
        max(opportunity_id) as opportunity_id,
        max_by(stage, event_number) filter (
            where stage not in ('disqualified', 'recycled', 'lost')
        ) as last_stage,
        max(stage) filter (where stage in ('disqualified', 'recycled', 'lost')) as status_exit_type,
        min(occurred_at) filter (where stage = 'mql') as mql_at,
        min(occurred_at) filter (where stage = 'sal') as sal_at,
        min(occurred_at) filter (where stage = 'sql') as sql_at,
        min(occurred_at) filter (where stage = 'opportunity') as opportunity_at,
        min(occurred_at) filter (where stage = 'customer') as status_customer_at,
        min(occurred_at) filter (
            where stage in ('disqualified', 'recycled', 'lost')
        ) as status_exited_at
    from pass_events
    group by person_key, pass_number
),

-- A stage first entered after a later one was skipped on the way: a step back is no entry of its
-- own.
passes as (
    select
        first_times.person_key,
        first_times.opportunity_id,
        first_times.last_stage,
        case
            when person_deals.is_closed and not person_deals.is_won then 'lost'
            else first_times.status_exit_type
        end as exit_type,
        first_times.pass_number,
        case
            when first_times.mql_at <= coalesce(
                least(
                    first_times.sal_at,
                    first_times.sql_at,
                    first_times.opportunity_at,
                    first_times.status_customer_at
                ), first_times.mql_at
            ) then first_times.mql_at
        end as mql_at,
        case
            when first_times.sal_at <= coalesce(
                least(
                    first_times.sql_at, first_times.opportunity_at, first_times.status_customer_at
                ),
                first_times.sal_at
            ) then first_times.sal_at
        end as sal_at,
        case
            when first_times.sql_at <= coalesce(
                least(first_times.opportunity_at, first_times.status_customer_at),
                first_times.sql_at
            ) then first_times.sql_at
        end as sql_at,
        first_times.opportunity_at,
        case
            when person_deals.is_won then person_deals.closed_at
            else first_times.status_customer_at
        end as customer_at,
        case
            when person_deals.is_closed and not person_deals.is_won then person_deals.closed_at
            else first_times.status_exited_at
        end as exited_at
    from first_times
    left join person_deals
        on
            first_times.person_key = person_deals.person_key
            and first_times.opportunity_id = person_deals.opportunity_id
)

select * from passes
