-- The cells of the matrix add up to all leads, and to the amounts they won.
with matrix as (
    select
        sum(people_count) as people_count,
        sum(won_amount) as won_amount
    from {{ ref('rpt_lead_qualification_matrix') }}
),

leads as (
    select count(*) as people_count
    from {{ ref('dim_people') }}
    where became_lead_at is not null
),

journeys as (
    select sum(won_amount) as won_amount
    from {{ ref('fct_journeys') }}
    where
        person_key in (
            select people.person_key
            from {{ ref('dim_people') }} as people
            where people.became_lead_at is not null
        )
)

select
    matrix.people_count,
    leads.people_count as leads_count,
    matrix.won_amount,
    journeys.won_amount as journeys_won_amount
from matrix
cross join leads
cross join journeys
where
    coalesce(matrix.people_count, 0) <> leads.people_count
    or coalesce(matrix.won_amount, 0) <> coalesce(journeys.won_amount, 0)
