{{ config(materialized=view_until_published()) }}

with sessions as (select * from {{ ref('int_sessions') }}),

final as (
    select
        session_id,
        case when not is_hidden then anonymous_id end as anonymous_id,
        case when not is_hidden then visitor_key end as visitor_key,
        case when not is_hidden then person_key end as person_key,
        case when not is_hidden then account_id end as account_id,
        channel,
        source,
        medium,
        campaign,
        landing_path,
        identity_method,
        case
            when identity_method = 'in_session' then 'high'
            when identity_method in ('email_click', 'before', 'after') then 'medium'
        end as identity_confidence,
        touch_type,
        events_count,
        pages_count,
        is_hidden,
        {{ reporting_date('started_at') }} as started_date,
        {{ reporting_date('ended_at') }} as ended_date,
        started_at,
        ended_at
    from sessions
)

select * from final
