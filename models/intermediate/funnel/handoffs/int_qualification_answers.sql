with qualification_answers as (select * from {{ ref('qualification_answers') }}),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

opportunity_survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'opportunity'
),

opportunity_people as (select * from {{ ref('int_opportunity_people') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

identified as (
    select
        person_identifiers.person_key,
        coalesce(opportunity_survivors.survivor_id, qualification_answers.opportunity_id)
            as opportunity_id,
        lower(trim(qualification_answers.criterion)) as criterion,
        qualification_answers.answered_by,
        qualification_answers.is_met,
        qualification_answers.answered_at
    from qualification_answers
    left join person_identifiers
        on qualification_answers.person_id = person_identifiers.identifier
    left join opportunity_survivors
        on qualification_answers.opportunity_id = opportunity_survivors.merged_id
),

-- An answer about an opportunity only is one of its primary person. One about a person only counts
-- for their first opportunity that was not closed by then.
about_opportunities as (
    select
        coalesce(identified.person_key, opportunity_people.person_key) as person_key,
        identified.opportunity_id,
        identified.criterion,
        identified.answered_by,
        identified.is_met,
        identified.answered_at
    from identified
    left join opportunity_people
        on
            identified.opportunity_id = opportunity_people.opportunity_id
            and opportunity_people.is_primary
    where identified.opportunity_id is not null
),

about_people as (
    select
        identified.person_key,
        opportunities.opportunity_id,
        identified.criterion,
        identified.answered_by,
        identified.is_met,
        identified.answered_at
    from identified
    left join opportunity_people on identified.person_key = opportunity_people.person_key
    left join opportunities
        on
            opportunity_people.opportunity_id = opportunities.opportunity_id
            and coalesce(identified.answered_at <= opportunities.closed_at, true)
    where identified.opportunity_id is null and identified.person_key is not null
    qualify row_number() over (
        partition by
            identified.person_key, identified.criterion, identified.answered_at, identified.is_met
        order by
            opportunities.created_at asc nulls last, opportunities.opportunity_id asc nulls last
    ) = 1
),

answers as (
    select * from about_opportunities
    union all
    select * from about_people
)

select * from answers
