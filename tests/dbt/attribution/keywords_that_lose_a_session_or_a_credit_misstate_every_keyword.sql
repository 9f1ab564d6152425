-- Per model, the keyword report holds every session once, and the leads and the revenue credited in
-- fct_attribution_credits.
with keywords as (
    select
        model,
        sum(sessions_count) as sessions_count,
        sum(credited_leads) as credited_leads,
        sum(credited_conversions) as credited_conversions,
        sum(credited_value) as credited_value
    from {{ ref('rpt_keyword_performance') }}
    group by model
),

credits as (
    select
        model,
        sum(case when conversion_type = 'lead' then credit_share else 0 end) as credited_leads,
        sum(case when conversion_type <> 'lead' then credit_share else 0 end)
            as credited_conversions,
        sum(credited_value) as credited_value
    from {{ ref('fct_attribution_credits') }}
    where conversion_type in ('lead', 'won', 'order') and converted_at is not null
    group by model
),

sessions as (select count(*) as sessions_count from {{ ref('fct_sessions') }})

select
    credits.model,
    sessions.sessions_count,
    keywords.sessions_count as reported_sessions_count,
    credits.credited_leads,
    keywords.credited_leads as reported_leads,
    credits.credited_conversions,
    keywords.credited_conversions as reported_conversions,
    credits.credited_value,
    keywords.credited_value as reported_value
from credits
cross join sessions
left join keywords on credits.model = keywords.model
where
    keywords.model is null
    or keywords.sessions_count <> sessions.sessions_count
    or abs(keywords.credited_leads - credits.credited_leads) > 1e-6
    or abs(keywords.credited_conversions - credits.credited_conversions) > 1e-6
    or keywords.credited_value <> credits.credited_value
