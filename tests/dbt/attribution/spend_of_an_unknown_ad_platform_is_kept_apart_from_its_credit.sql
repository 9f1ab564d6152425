-- No rule names the platform, so its spend is in the channel of the catch-all rule and its credit
-- in another channel: both returns are wrong. The pipeline writes column `finding` to its log and
-- to data_quality_results.
{{ config(severity='warn') }}

with unknown as (
    select
        platform,
        channel,
        sum(spend) as spend,
        count(*) as rows_count
    from {{ ref('int_ad_spend') }}
    where not is_channel_known
    group by platform, channel
)

select
    *,
    'platform ' || platform || ' is in no rule: '
    || cast(spend as string) || ' {{ var("reporting_currency") }} of spend ('
    || cast(rows_count as string) || ' rows) are in channel ' || channel
    || '. Add to rules/ad_channels.csv: ' || platform
    || ',*,<channel>; or, for another name of a known platform, to rules/ad_platforms.csv: '
    || platform || ',<platform>' as finding
from unknown
order by spend desc, platform asc
