-- The reports by campaign, channel, model and quarter show the same credits and the same spend.
with by_channel as (
    select
        model,
        conversion_type,
        basis,
        sum(credited_value) as credited_value,
        sum(spend) as spend
    from {{ ref('rpt_channel_performance') }}
    group by model, conversion_type, basis
),

by_campaign as (
    select
        model,
        conversion_type,
        basis,
        sum(credited_value) as credited_value,
        sum(spend) as spend
    from {{ ref('rpt_campaign_performance') }}
    group by model, conversion_type, basis
),

by_model as (
    select
        model,
        conversion_type,
        sum(credited_value) as credited_value
    from {{ ref('rpt_attribution_model_comparison') }}
    group by model, conversion_type
),

converted as (
    select
        conversion_type,
        sum(conversion_value) as conversion_value,
        sum(case when converted_at is not null then conversion_value else 0 end) as dated_value
    from {{ ref('fct_conversions') }}
    group by conversion_type
),

by_quarter as (
    select
        model,
        sum(credited_value) as credited_value,
        sum(spend) as spend
    from {{ ref('rpt_budget_allocation') }}
    group by model
),

by_quarter_expected as (
    select
        model,
        sum(credited_value) as credited_value,
        max(spend) as spend
    from by_channel
    where basis = 'conversion_month' and conversion_type in ('won', 'order')
    group by model
)

select
    'campaigns' as report,
    by_channel.model,
    by_channel.conversion_type,
    by_campaign.credited_value,
    by_channel.credited_value as expected_value,
    by_campaign.spend,
    by_channel.spend as expected_spend
from by_channel
full outer join by_campaign
    on
        by_channel.model = by_campaign.model
        and by_channel.conversion_type = by_campaign.conversion_type
        and by_channel.basis = by_campaign.basis
where
    coalesce(by_channel.credited_value, 0) <> coalesce(by_campaign.credited_value, 0)
    or coalesce(by_channel.spend, 0) <> coalesce(by_campaign.spend, 0)
union all
select
    'models' as report,
    by_model.model,
    by_model.conversion_type,
    by_model.credited_value,
    converted.conversion_value as expected_value,
    0 as spend,
    0 as expected_spend
from by_model
inner join converted on by_model.conversion_type = converted.conversion_type
where by_model.credited_value <> converted.conversion_value
union all
select
    'quarters' as report,
    by_quarter_expected.model,
    'won, order' as conversion_type,
    by_quarter.credited_value,
    by_quarter_expected.credited_value as expected_value,
    by_quarter.spend,
    by_quarter_expected.spend as expected_spend
from by_quarter_expected
left outer join by_quarter on by_quarter_expected.model = by_quarter.model
where
    coalesce(by_quarter.credited_value, 0) <> by_quarter_expected.credited_value
    or coalesce(by_quarter.spend, 0) <> by_quarter_expected.spend
