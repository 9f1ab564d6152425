with visible_people as (select * from {{ ref('int_visible_people') }}),

moves as (select * from {{ ref('int_nurture_moves') }}),

touchpoints as (
    select * from {{ ref('int_followed_touchpoints') }}
    where is_marketing and not is_hidden and campaign_id is not null
),

campaigns as (select * from {{ ref('dim_campaigns') }}),

as_of as (select * from {{ ref('as_of') }}),

-- A move into nurture during a spell begins no other.
numbered as (
    select
        *,
        lag(is_entry) over (partition by person_key order by move_number nulls last)
            as is_after_entry,
        sum(case when is_entry then 0 else 1 end) over (
            partition by person_key
            order by move_number nulls last
            rows between unbounded preceding and current row
        ) as ends_before
    from moves
),

entries as (
    select
        person_key,
        move as reason,
        ends_before,
        moved_at as entered_at
    from numbered
    where is_entry and not coalesce(is_after_entry, false)
),

ends as (
    select
        person_key,
        move as outcome,
        ends_before,
        moved_at as ended_at
    from numbered
    where not is_entry
),

spells as (
    select
        md5(entries.person_key || '|' || cast(entries.entered_at as string)) as spell_id,
        entries.person_key,
        visible_people.account_id,
        entries.reason,
        coalesce(ends.outcome, 'open') as outcome,
        entries.entered_at,
        ends.ended_at,
        coalesce(ends.ended_at, as_of.as_of_end_at) as lasted_until,
        {{ dbt.dateadd('day', var('nurture_programme_days'), 'entries.entered_at') }}
            as programme_ends_at,
        {{ dbt.dateadd('day', var('conversion_window_days'), 'entries.entered_at') }}
            as window_ends_at,
        as_of.as_of_end_at
    from entries
    inner join visible_people on entries.person_key = visible_people.person_key
    left join ends
        on
            entries.person_key = ends.person_key
            and entries.ends_before + 1 = ends.ends_before
    cross join as_of
),

-- The programme is the campaign of the first touch.
programmes as (
    select
        spells.spell_id,
        touchpoints.campaign_id,
        count(*) over (partition by spells.spell_id) as touches_count
    from spells
    inner join touchpoints
        on
            spells.person_key = touchpoints.person_key
            and spells.entered_at < touchpoints.touched_at
            and spells.lasted_until > touchpoints.touched_at
            and spells.programme_ends_at >= touchpoints.touched_at
    qualify row_number() over (
        partition by spells.spell_id
        order by touchpoints.touched_at nulls last, touchpoints.touchpoint_id nulls last
    ) = 1
),

final as (
    select
        spells.spell_id,
        spells.person_key,
        spells.account_id,
        coalesce(programmes.campaign_id, '(none)') as campaign_id,
        accounts.account_name,
        campaigns.campaign_name,
        spells.reason,
        spells.outcome,
        cast(coalesce(programmes.touches_count, 0) as bigint) as programme_touches_count,
        {{ seconds_between('spells.entered_at', 'spells.lasted_until') }} / 86400
            as days_in_nurture,
        case
            when spells.outcome = 'mql' and spells.ended_at <= spells.window_ends_at then true
            when spells.ended_at <= spells.window_ends_at then false
            when spells.window_ends_at < spells.as_of_end_at then false
        end as is_mql_in_window,
        {{ reporting_date('spells.entered_at') }} as entered_date,
        {{ reporting_date('spells.ended_at') }} as ended_date,
        spells.entered_at,
        spells.ended_at
    from spells
    left join programmes on spells.spell_id = programmes.spell_id
    left join {{ ref('int_accounts') }} as accounts
        on spells.account_id = accounts.account_id
    left join campaigns on programmes.campaign_id = campaigns.campaign_id
)

select * from final
