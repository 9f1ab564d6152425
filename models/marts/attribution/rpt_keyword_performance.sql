with credits as (
    select * from {{ ref('int_credits_by_month') }}
    where basis = 'conversion_month' and (conversion_type = 'lead' or is_revenue)
),

touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where is_session
),

models as (
    select distinct model from {{ ref('int_attribution_slices') }}
),

campaigns as (
    select
        campaign_id,
        campaign_name
    from {{ ref('dim_campaigns') }}
),

sessions as (
    select
        channel,
        coalesce(campaign_id, '(none)') as campaign_id,
        coalesce(utm_term, '(none)') as utm_term,
        coalesce(utm_content, '(none)') as utm_content,
        cast(date_trunc('month', {{ reporting_date('touched_at') }}) as date) as period_month,
        count(*) as sessions_count
    from touchpoints
    group by all
),

-- Sessions have no model, so repeat them for each.
amounts as (
    select
        sessions.channel,
        sessions.campaign_id,
        sessions.utm_term,
        sessions.utm_content,
        models.model,
        sessions.sessions_count,
        cast(0 as double) as credited_leads,
        cast(0 as double) as credited_conversions,
        cast(0 as decimal(18, 2)) as credited_value,
        sessions.period_month
    from sessions
    cross join models
    union all
    select
        channel,
        campaign_id,
        utm_term,
        utm_content,
        model,
        0 as sessions_count,
        case when is_revenue then 0 else credited_conversions end as credited_leads,
        case when is_revenue then credited_conversions else 0 end as credited_conversions,
        credited_value,
        period_month
    from credits
),

totals as (
    select
        channel,
        campaign_id,
        utm_term,
        utm_content,
        model,
        cast(sum(sessions_count) as bigint) as sessions_count,
        cast(sum(credited_leads) as double) as credited_leads,
        cast(sum(credited_conversions) as double) as credited_conversions,
        cast(sum(credited_value) as decimal(18, 2)) as credited_value,
        period_month
    from amounts
    group by channel, campaign_id, utm_term, utm_content, model, period_month
),

final as (
    select
        totals.channel,
        totals.campaign_id,
        campaigns.campaign_name,
        totals.utm_term,
        totals.utm_content,
        totals.model,
        totals.sessions_count,
        totals.credited_leads,
        totals.credited_conversions,
        totals.credited_value,
        totals.period_month
    from totals
    left join campaigns on totals.campaign_id = campaigns.campaign_id
)

select * from final
