with handoffs as (select * from {{ ref('int_handoffs') }}),

sql_statuses as (
    select * from {{ ref('int_person_statuses') }}
    where stage = 'sql'
),

answers as (
    select * from {{ ref('int_qualification_answers') }}
    where person_key is not null
),

confirmed as (
    select
        handoffs.handoff_id,
        sql_statuses.changed_by as verified_by,
        sql_statuses.changed_at as verified_at
    from handoffs
    inner join sql_statuses
        on
            handoffs.person_key = sql_statuses.person_key
            and handoffs.handed_off_at <= sql_statuses.changed_at
            and coalesce(handoffs.next_handed_off_at > sql_statuses.changed_at, true)
),

first_answers as (
    select
        handoffs.handoff_id,
        answers.criterion,
        answers.answered_by,
        answers.answered_at
    from handoffs
    inner join answers
        on
            handoffs.person_key = answers.person_key
            and handoffs.handed_off_at <= answers.answered_at
            and coalesce(handoffs.next_handed_off_at > answers.answered_at, true)
    qualify row_number() over (
        partition by handoffs.handoff_id, answers.criterion
        order by answers.answered_at nulls last, answers.answered_by nulls last
    ) = 1
),

-- The answer that completes the criteria.
completed as (
    select
        handoff_id,
        answered_by as verified_by,
        answered_at as verified_at
    from first_answers
    qualify row_number() over (
        partition by handoff_id order by answered_at nulls last, criterion nulls last
    ) = {{ var('qualification_minimum_criteria') }}
),

verifications as (
    select * from confirmed
    union all
    select * from completed
),

first_verifications as (
    select * from verifications
    qualify row_number() over (
        partition by handoff_id order by verified_at nulls last, verified_by nulls last
    ) = 1
)

select * from first_verifications
