with opportunities as (select * from {{ ref('int_opportunities') }}),

answers as (
    select * from {{ ref('int_qualification_answers') }}
    where opportunity_id is not null
),

-- The last answer before the closing counts: what is recorded afterwards knows the outcome.
last_answers as (
    select
        answers.opportunity_id,
        answers.criterion,
        answers.is_met
    from answers
    inner join opportunities on answers.opportunity_id = opportunities.opportunity_id
    where coalesce(answers.answered_at <= opportunities.closed_at, true)
    qualify row_number() over (
        partition by answers.opportunity_id, answers.criterion
        order by answers.answered_at desc nulls last, answers.is_met desc nulls last
    ) = 1
),

qualified as (
    select
        opportunity_id,
        count(*) as answered_count,
        count(case when is_met then 1 end) as met_count
    from last_answers
    group by opportunity_id
),

counted as (
    select
        opportunities.opportunity_type,
        coalesce(cast(qualified.met_count as string), '(none)') as criteria_met,
        cast(count(*) as bigint) as opportunities_count,
        cast(count(case when opportunities.is_won then 1 end) as bigint) as won_count,
        cast(
            count(case when opportunities.is_closed and not opportunities.is_won then 1 end)
            as bigint
        ) as lost_count,
        cast(count(case when not opportunities.is_closed then 1 end) as bigint) as open_count,
        avg(cast(qualified.answered_count as double)) as mean_answered_count,
        cast(
            coalesce(sum(case when opportunities.is_won then opportunities.amount end), 0)
            as decimal(18, 2)
        ) as won_amount
    from opportunities
    left join qualified on opportunities.opportunity_id = qualified.opportunity_id
    group by
        opportunities.opportunity_type, coalesce(cast(qualified.met_count as string), '(none)')
),

final as (
    select
        opportunity_type,
        criteria_met,
        opportunities_count,
        won_count,
        lost_count,
        open_count,
        mean_answered_count,
        {{ rate('won_count', '(won_count + lost_count)') }} as win_rate,
        won_amount
    from counted
)

select * from final
