with visible_people as (
    select * from {{ ref('int_visible_people') }}
    where became_lead_at is not null
),

lead_scores as (select * from {{ ref('int_lead_scores') }}),

session_signals as (
    select * from {{ ref('int_session_signals') }}
    where signal_type = 'hand_raise'
),

-- All leads have the same time to qualify, so months are comparable.
windows as (
    select
        person_key,
        became_lead_at,
        {{ dbt.dateadd('day', var('conversion_window_days'), 'became_lead_at') }} as window_ends_at
    from visible_people
),

scores_in_time as (
    select
        windows.person_key,
        max_by(lead_scores.is_good_fit, lead_scores.scored_date) as is_good_fit,
        bool_or(lead_scores.is_ready) as is_ready
    from windows
    inner join lead_scores
        on
            windows.person_key = lead_scores.person_key
            and windows.window_ends_at >= lead_scores.scored_at
    group by windows.person_key
),

hand_raisers as (
    select distinct windows.person_key
    from windows
    inner join session_signals
        on
            windows.person_key = session_signals.person_key
            and windows.window_ends_at >= session_signals.touched_at
),

lead_qualification as (
    select
        windows.person_key,
        case when coalesce(scores_in_time.is_good_fit, false) then 'good' else 'poor' end as fit,
        case
            when hand_raisers.person_key is not null then 'hand_raiser'
            when scores_in_time.is_ready then 'ready'
            else 'not_ready'
        end as readiness,
        windows.became_lead_at,
        windows.window_ends_at
    from windows
    left join scores_in_time on windows.person_key = scores_in_time.person_key
    left join hand_raisers on windows.person_key = hand_raisers.person_key
)

select * from lead_qualification
