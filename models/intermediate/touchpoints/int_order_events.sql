with web_events as (
    select
        event_id,
        order_id,
        coalesce(anonymous_id, 'user:' || user_id) as anonymous_id,
        user_id,
        person_id,
        {{ normalised_email('email') }} as email,
        upper(trim(currency)) as currency,
        order_value,
        occurred_at,
        received_at,
        {{ reporting_date('occurred_at') }} as ordered_date
    from {{ ref('web_events') }}
    where event_type = 'order'
),

person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

sessions as (
    select
        anonymous_id,
        visitor_key,
        person_key,
        started_at,
        ended_at
    from {{ ref('int_sessions') }}
),

exchange_rates as (select * from {{ ref('int_exchange_rates') }}),

-- Take the first delivery received of each event, and the first event of each order.
delivered_once as (
    select * from web_events
    qualify row_number() over (
        partition by event_id order by received_at asc nulls last, occurred_at asc nulls last
    ) = 1
),

reported_once as (
    select * from delivered_once
    qualify row_number() over (
        partition by coalesce('order:' || order_id, 'event:' || event_id)
        order by occurred_at asc nulls last, event_id asc nulls last
    ) = 1
),

in_sessions as (
    select
        reported_once.event_id,
        min_by(sessions.visitor_key, sessions.started_at) as visitor_key,
        min_by(sessions.person_key, sessions.started_at) as person_key
    from reported_once
    inner join sessions
        on
            reported_once.anonymous_id = sessions.anonymous_id
            and reported_once.occurred_at between sessions.started_at and sessions.ended_at
    group by reported_once.event_id
),

-- The buyer is the person named in the order, else the person of the session, else the device.
order_events as (
    select
        reported_once.event_id,
        reported_once.order_id,
        coalesce(
            crm.person_key,
            by_user.person_key,
            emails.person_key,
            in_sessions.visitor_key,
            md5(reported_once.anonymous_id)
        ) as visitor_key,
        coalesce(
            crm.person_key, by_user.person_key, emails.person_key, in_sessions.person_key
        ) as person_key,
        case
            when
                coalesce(
                    crm.person_key, by_user.person_key, emails.person_key, in_sessions.person_key
                ) is null
                then {{ hash64('reported_once.anonymous_id') }}
        end as device_key,
        {{ to_reporting_currency(
            'reported_once.order_value', 'reported_once.currency', 'exchange_rates.rate', 'reported_once.ordered_date'
        ) }} as order_value,
        reported_once.occurred_at
    from reported_once
    left outer join in_sessions on reported_once.event_id = in_sessions.event_id
    left outer join person_identifiers as crm
        on crm.identifier_type = 'crm' and reported_once.person_id = crm.identifier
    left outer join person_identifiers as by_user
        on by_user.identifier_type = 'user' and reported_once.user_id = by_user.identifier
    left outer join person_identifiers as emails
        on emails.identifier_type = 'email' and reported_once.email = emails.identifier
    left outer join exchange_rates
        on
            reported_once.currency = exchange_rates.currency
            and reported_once.ordered_date = exchange_rates.rate_date
)

select * from order_events
