-- Spells of a person follow each other, and a recycled person is in one unless an end follows at
-- the same time.
with spells as (
    select
        *,
        lead(entered_at) over (partition by person_key order by entered_at nulls last)
            as next_entered_at
    from {{ ref('fct_nurture_spells') }}
),

overlapping as (
    select person_key
    from spells
    where
        ended_at < entered_at
        or coalesce(ended_at > next_entered_at, ended_at is null and next_entered_at is not null)
),

recycled as (
    select
        person_key,
        exited_at
    from {{ ref('fct_journeys') }}
    where exit_type = 'recycled' and person_key is not null
),

missing as (
    select recycled.person_key
    from recycled
    left join spells
        on
            recycled.person_key = spells.person_key
            and recycled.exited_at >= spells.entered_at
            and coalesce(recycled.exited_at <= spells.ended_at, true)
    group by recycled.person_key, recycled.exited_at
    having count(spells.person_key) = 0
)

select * from overlapping
union all
select * from missing
