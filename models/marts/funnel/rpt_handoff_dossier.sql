with handoffs as (select * from {{ ref('fct_handoffs') }}),

handoff_touches as (select * from {{ ref('int_handoff_touches') }}),

mqls as (select * from {{ ref('int_mqls') }}),

journeys as (
    select * from {{ ref('fct_journeys') }}
    where person_key is not null
),

people as (select * from {{ ref('dim_people') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

final as (
    select
        handoffs.handoff_id,
        handoffs.journey_id,
        handoffs.person_key,
        handoffs.account_id,
        handoffs.owner_id,
        handoffs.account_name,
        handoffs.owner_name,
        handoffs.team,
        handoffs.segment,
        handoffs.handoff_kind,
        people.job_title,
        accounts.industry,
        coalesce(people.country, accounts.country) as country,
        people.lead_source,
        people.self_reported_source,
        journeys.first_touch_channel,
        handoff_touches.last_touch_channel,
        handoff_touches.last_touch_type,
        handoff_touches.content_titles,
        mqls.fit,
        mqls.readiness,
        {{ score_grade('mqls.fit_score', 'mqls.engagement_score') }} as grade,
        mqls.top_reason,
        journeys.current_stage,
        journeys.exit_type,
        coalesce(handoff_touches.touches_count, 0) as touches_count,
        coalesce(handoff_touches.sessions_count, 0) as sessions_count,
        coalesce(handoff_touches.contents_count, 0) as contents_count,
        mqls.fit_score,
        mqls.engagement_score as score,
        handoffs.expected_value,
        accounts.is_customer as is_customer_account,
        handoffs.is_sla_met,
        handoffs.handed_off_at,
        journeys.mql_at,
        handoff_touches.last_touch_at,
        handoffs.last_activity_at
    from handoffs
    inner join journeys on handoffs.journey_id = journeys.journey_id
    inner join mqls on handoffs.journey_id = mqls.journey_id
    left join people on handoffs.person_key = people.person_key
    left join accounts on handoffs.account_id = accounts.account_id
    left join handoff_touches on handoffs.handoff_id = handoff_touches.handoff_id
)

select * from final
