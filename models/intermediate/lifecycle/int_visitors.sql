-- Set-based on purpose: there are about a million visitors to 10 million web events, and most stay anonymous.
with sessions as (
    select * from {{ ref('fct_sessions') }}
),

first_sessions as (
    select
        visitor_key,
        person_key,
        account_id,
        channel as first_session_channel,
        started_at as visitor_at
    from sessions
    qualify row_number() over (
        partition by visitor_key
        order by started_at asc nulls last, session_id asc nulls last
    ) = 1
)

select * from first_sessions
