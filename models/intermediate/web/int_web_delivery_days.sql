{%- set loaded_before = built_before('int_web_events') -%}
with deliveries as (select * from {{ ref('int_web_deliveries') }}),

rules as (
    select coalesce({{ joined_text('host') }}, '') as ignored_hosts
    from {{ ref('int_ignored_hosts') }}
),

-- A day changes state when its deliveries or the rules for reading them change, or when hash()
-- changes with the DuckDB version, which makes all keys new. Use sum: equal rows would cancel out
-- in bit_xor.
delivered as (
    select
        cast(received_at as date) as received_date,
        count(*) as deliveries_count,
        sum({{ fingerprint('event_key, device_key, occurred_at, received_at') }}) as deliveries_hash
    from deliveries
    group by cast(received_at as date)
),

days as (
    select
        delivered.received_date,
        delivered.deliveries_count,
        {{ hash64(
            "cast(delivered.deliveries_count as string) || ' ' || cast(delivered.deliveries_hash as string) || ' "
            ~ var('session_splits_on_campaign') ~ " ' || rules.ignored_hosts"
        ) }} as day_state
    from delivered
    cross join rules
),

loaded as (
    select
        received_date,
        min(day_state) as day_state
    from {{ loaded_before or 'days' }}
    {{ 'where 1 = 0' if not loaded_before }}
    group by received_date
),

compared as (
    select
        coalesce(days.received_date, loaded.received_date) as received_date,
        days.day_state,
        coalesce(days.deliveries_count, 0) as deliveries_count,
        not coalesce(days.day_state = loaded.day_state, false)
        or {{ is_reloaded('coalesce(days.received_date, loaded.received_date)') }} as is_changed
    from days
    full outer join loaded on days.received_date = loaded.received_date
)

select * from compared
