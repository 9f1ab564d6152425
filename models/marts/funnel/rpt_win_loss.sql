with closings as (select * from {{ ref('int_opportunity_closings') }}),

sources as (select * from {{ ref('int_opportunity_sources') }}),

opportunity_content as (select * from {{ ref('int_opportunity_content') }}),

feedback_reasons as (select * from {{ ref('feedback_reasons') }}),

grouped as (
    select
        case when closings.is_won then 'won' else 'lost' end as outcome,
        case
            when closings.is_won then '(none)'
            else coalesce(feedback_reasons.reason, closings.lost_reason, '(none)')
        end as reason,
        case
            when closings.is_won then '(none)'
            else coalesce(feedback_reasons.reason_group, '(none)')
        end as reason_group,
        coalesce(closings.competitor, '(none)') as competitor,
        sources.channel,
        closings.segment,
        cast(count(*) as bigint) as opportunities_count,
        cast(count(opportunity_content.opportunity_id) as bigint) as content_opportunities_count,
        cast(coalesce(sum(opportunity_content.contents_count), 0) as bigint) as contents_count,
        cast(coalesce(sum(closings.amount), 0) as decimal(18, 2)) as amount,
        closings.closed_quarter as period_quarter
    from closings
    inner join sources on closings.opportunity_id = sources.opportunity_id
    left join opportunity_content on closings.opportunity_id = opportunity_content.opportunity_id
    left join feedback_reasons
        on lower(trim(closings.lost_reason)) = lower(trim(feedback_reasons.source_reason))
    group by all
)

select * from grouped
