-- The bands of each score type contain every ended MQL exactly once.
with calibration as (
    select
        score_type,
        sum(people_count) as people_count
    from {{ ref('rpt_score_calibration') }}
    group by score_type
),

ended as (
    select count(*) as people_count
    from {{ ref('fct_journeys') }}
    where
        mql_at is not null
        and person_key is not null
        and coalesce(customer_at, exited_at) is not null
)

select
    calibration.*,
    ended.people_count as ended_count
from calibration
cross join ended
where calibration.people_count <> ended.people_count
