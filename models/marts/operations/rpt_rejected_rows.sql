-- Revenue lines that contradict other rows can only be found once all rows are read.
with rejected_rows as (
    select
        source_system,
        raw_table,
        raw_id,
        rejection_reason,
        amount
    from {{ ref('raw_ledger') }}
    where entry = 'set aside'
    union all
    select
        source_system,
        'revenue_lines' as raw_table,
        line_id as raw_id,
        rejection_reason,
        amount
    from {{ ref('int_revenue_lines_set_aside') }}
),

duplicates_set_aside as (select * from {{ ref('int_duplicates_set_aside') }}),

sessions_set_aside as (select * from {{ ref('int_sessions_set_aside') }}),

set_aside as (
    select
        source_system,
        raw_table,
        rejection_reason,
        count(*) as rows_count,
        sum(amount) as amount,
        min(raw_id) as example_id
    from rejected_rows
    group by source_system, raw_table, rejection_reason
    union all
    -- There are too many web events to list them row by row.
    select
        source_system,
        'web_events' as raw_table,
        'duplicate of event_id' as rejection_reason,
        deliveries_count as rows_count,
        cast(null as decimal(24, 6)) as amount,
        example_event_id as example_id
    from duplicates_set_aside
    union all
    select
        source_system,
        'web_events' as raw_table,
        rejection_reason,
        events_count as rows_count,
        cast(null as decimal(24, 6)) as amount,
        example_event_id as example_id
    from sessions_set_aside
),

explained as (
    select
        source_system,
        raw_table,
        rejection_reason,
        case
            when rejection_reason like 'duplicate of %'
                then
                    'Nothing, if the row was delivered twice: one of the deliveries counts. '
                    || 'If these are different facts, give each a key of its own ('
                    || replace(rejection_reason, 'duplicate of ', '')
                    || ').'
            when rejection_reason = 'dated after as_of'
                then
                    'Nothing, if it is planned: it counts from its day on. '
                    || 'If the date is a typing error, correct it in the source.'
            when rejection_reason = 'dated before earliest_event_date'
                then
                    'Nothing, if the clock of a device was wrong. '
                    || 'If the events did happen then, set var earliest_event_date to '
                    || 'an earlier day.'
            when rejection_reason = 'session of a user agent listed in bot_user_agents'
                then
                    'Nothing, if it is a program. '
                    || 'If people are among them, correct the patterns in rule bot_user_agents.'
            when rejection_reason like 'session %'
                then
                    'Nothing, if a program sends these events. '
                    || 'If people do, give each device an anonymous_id of its own, or raise var '
                    || regexp_extract(rejection_reason, '([a-z_]+)$', 1)
                    || '.'
            when rejection_reason like '% is missing'
                then
                    'Fill in '
                    || replace(rejection_reason, ' is missing', '')
                    || ' in the source, or in the export of it, and deliver the row again.'
            when rejection_reason like '% is not a %'
                then
                    'Correct how the value is written (dates as 2024-12-31, numbers with a point, '
                    || 'nothing else beside them) and deliver the row again.'
            when rejection_reason like '% is negative'
                then
                    'Correct the value, which cannot be below zero, in the source and '
                    || 'deliver the row again.'
            else
                'Look the example up in the source: if it should count, correct it there and '
                || 'deliver it again.'
        end as what_to_do,
        -- Marts hold no personal data: hash ids that are email addresses.
        case
            when example_id like '%@%' then {{ sha256_text('example_id') }}
            else example_id
        end as example_raw_id,
        cast(rows_count as bigint) as rows_count,
        cast(amount as decimal(18, 2)) as amount
    from set_aside
)

select * from explained
