create table ad_facts as
select
    *,
    floor(cost_micros / 1000000.0 / click_cost * (0.7 + 0.6 * u(
        ad_key,
        'clicks'
    )))::bigint as clicks,
    floor(cost_micros / 1000000.0 / click_cost * (12 + 30 * u(
        ad_key,
        'views'
    )) + 20)::bigint as impressions
from ad_days
