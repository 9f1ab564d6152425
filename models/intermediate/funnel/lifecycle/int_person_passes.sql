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
            where stage not in ('disqualified', 'recycled', 'lost') and not is_in_deal
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

-- A deal may have begun with colleagues, before the person had come so far: it is no later stage
-- of their own.
own_times as (
    select
        *,
        case when opportunity_id is null then opportunity_at end as status_opportunity_at
    from first_times
),

-- A stage first entered after a later one was skipped on the way: a step back is no entry of its
-- own.
passes as (
    select
        own_times.person_key,
        own_times.opportunity_id,
        own_times.last_stage,
        case
            when person_deals.is_closed and not person_deals.is_won then 'lost'
            else own_times.status_exit_type
        end as exit_type,
        own_times.pass_number,
        case
            when own_times.mql_at <= coalesce(
                least(
                    own_times.sal_at,
                    own_times.sql_at,
                    own_times.status_opportunity_at,
                    own_times.status_customer_at
                ), own_times.mql_at
            ) then own_times.mql_at
        end as mql_at,
        case
            when own_times.sal_at <= coalesce(
                least(
                    own_times.sql_at,
                    own_times.status_opportunity_at,
                    own_times.status_customer_at
                ),
                own_times.sal_at
            ) then own_times.sal_at
        end as sal_at,
        case
            when own_times.sql_at <= coalesce(
                least(own_times.status_opportunity_at, own_times.status_customer_at),
                own_times.sql_at
            ) then own_times.sql_at
        end as sql_at,
        own_times.opportunity_at,
        case
            when person_deals.is_won then person_deals.closed_at
            else own_times.status_customer_at
        end as customer_at,
        case
            when person_deals.is_closed and not person_deals.is_won then person_deals.closed_at
            else own_times.status_exited_at
        end as exited_at
    from own_times
    left join person_deals
        on
            own_times.person_key = person_deals.person_key
            and own_times.opportunity_id = person_deals.opportunity_id
)

select * from passes
