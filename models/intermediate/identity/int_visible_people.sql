with people as (select * from {{ ref('int_people') }}),

consent as (select * from {{ ref('int_consent') }}),

-- Erased and suppressed people have no journeys and no opportunities. The opportunities stay.
erased_people as (
    select distinct person_key
    from consent
    where person_key is not null and is_erased
),

visible_people as (
    select
        people.person_key,
        people.account_id,
        people.became_lead_at
    from people
    left join erased_people on people.person_key = erased_people.person_key
    where erased_people.person_key is null
)

select * from visible_people
