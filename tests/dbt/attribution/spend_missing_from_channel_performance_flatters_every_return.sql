-- Each slice of model, type and basis holds all dated spend, even a slice without conversions.
with spent as (
    select
        coalesce((select sum(spend) from {{ ref('int_ad_spend') }}), 0)
        + coalesce((
            select sum(programme_cost) from {{ ref('int_programme_cost') }}
            where cost_date is not null
        ), 0)
            as spend
),

reported as (
    select
        model,
        conversion_type,
        basis,
        sum(spend) as spend
    from {{ ref('rpt_channel_performance') }}
    group by model, conversion_type, basis
)

select
    slices.model,
    slices.conversion_type,
    slices.basis,
    reported.spend as reported_spend,
    spent.spend as spent
from {{ ref('int_attribution_slices') }} as slices
cross join spent
left outer join reported
    on
        slices.model = reported.model
        and slices.conversion_type = reported.conversion_type
        and slices.basis = reported.basis
where coalesce(reported.spend, 0) <> spent.spend
