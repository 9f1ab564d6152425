with lead_scores as (select * from {{ ref('int_lead_scores') }}),

visible_people as (
    select * from {{ ref('int_visible_people') }}
    where became_lead_at is not null
),

journeys as (select * from {{ ref('int_journeys') }}),

handoffs as (select * from {{ ref('int_handoffs') }}),

ends as (
    select
        person_key,
        'mql' as move,
        mql_at as moved_at
    from journeys
    union all
    select
        person_key,
        'handed_off' as move,
        handed_off_at as moved_at
    from handoffs
    union all
    select
        person_key,
        'opportunity' as move,
        opportunity_at as moved_at
    from journeys
    union all
    select
        person_key,
        exit_type as move,
        exited_at as moved_at
    from journeys
    where exit_type in ('disqualified', 'lost')
),

first_ends as (
    select
        person_key,
        min(moved_at) as first_ended_at
    from ends
    group by person_key
),

-- A score is valid until the next one.
scores as (
    select
        *,
        lead(scored_at) over (partition by person_key order by scored_at nulls last)
            as next_scored_at
    from lead_scores
),

fitting as (
    select
        visible_people.person_key,
        first_ends.first_ended_at,
        min(greatest(scores.scored_at, visible_people.became_lead_at)) as moved_at
    from visible_people
    inner join scores on visible_people.person_key = scores.person_key
    left join first_ends on visible_people.person_key = first_ends.person_key
    where
        scores.is_good_fit
        and not scores.is_ready
        and coalesce(visible_people.became_lead_at < scores.next_scored_at, true)
    group by visible_people.person_key, first_ends.first_ended_at
),

entries as (
    select
        person_key,
        'not_ready' as move,
        moved_at
    from fitting
    where coalesce(moved_at < first_ended_at, true)
    union all
    select
        person_key,
        'recycled' as move,
        exited_at as moved_at
    from journeys
    where exit_type = 'recycled'
    union all
    select
        handoffs.person_key,
        'given_back' as move,
        handoffs.returned_at as moved_at
    from handoffs
    inner join journeys on handoffs.journey_id = journeys.journey_id
    where coalesce(handoffs.returned_at <> journeys.exited_at, true)
),

moves as (
    select
        *,
        false as is_entry
    from ends
    union all
    select
        *,
        true as is_entry
    from entries
)

-- At the same time, an end comes before an entry, and the MQL first.
select
    person_key,
    move,
    row_number() over (
        partition by person_key
        order by
            moved_at nulls last, is_entry nulls last,
            case move when 'mql' then 1 else 2 end nulls last, move nulls last
    ) as move_number,
    is_entry,
    moved_at
from moves
where person_key is not null and moved_at is not null
