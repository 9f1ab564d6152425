with engagement_rules as (select * from {{ ref('engagement_rules') }}),

session_signals as (
    select * from {{ ref('int_session_signals') }}
    where signal_type = 'engagement'
),

sessions as (
    select * from {{ ref('int_sessions') }}
    where not is_hidden and person_key is not null
),

touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where person_key is not null and (not is_session or touch_type = 'email_click')
),

campaign_responses as (
    select
        md5('response:' || response_id) as touchpoint_id,
        campaign_id,
        response_status
    from {{ ref('campaign_responses') }}
),

campaigns as (select * from {{ ref('int_campaigns') }}),

matched as (
    select
        person_key,
        session_id as touchpoint_id,
        rule_name,
        points,
        touched_at
    from session_signals
    union all
    select
        sessions.person_key,
        sessions.session_id as touchpoint_id,
        engagement_rules.rule_name,
        engagement_rules.points,
        sessions.started_at as touched_at
    from sessions
    inner join engagement_rules
        on
            (
                engagement_rules.signal = 'campaign'
                and lower(sessions.campaign) = lower(engagement_rules.value)
            )
            or (
                engagement_rules.signal = 'pages_in_visit'
                and sessions.pages_count > try_cast(engagement_rules.value as bigint)
            )
    union all
    select
        touchpoints.person_key,
        touchpoints.touchpoint_id,
        engagement_rules.rule_name,
        engagement_rules.points,
        touchpoints.touched_at
    from touchpoints
    left join campaign_responses on touchpoints.touchpoint_id = campaign_responses.touchpoint_id
    left join campaigns on campaign_responses.campaign_id = campaigns.campaign_id
    inner join engagement_rules
        on
            (
                engagement_rules.signal = 'touch'
                and touchpoints.touch_type = lower(engagement_rules.value)
            )
            or (
                engagement_rules.signal = 'response'
                and lower(campaigns.campaign_type) = lower(engagement_rules.value)
                and coalesce(
                    lower(campaign_responses.response_status)
                    = lower(engagement_rules.response_status),
                    engagement_rules.response_status is null
                )
            )
),

-- A rule counts once per touchpoint, even if several of its rows match.
score_signals as (
    select
        person_key,
        touchpoint_id,
        rule_name,
        max(points) as points,
        min(touched_at) as touched_at
    from matched
    group by person_key, touchpoint_id, rule_name
)

select * from score_signals
