with channels as (select * from {{ ref('channels') }}),

touchpoints as (
    select distinct channel from {{ ref('int_touchpoints') }}
),

campaigns as (
    select distinct channel from {{ ref('int_campaigns') }}
),

spend as (
    select distinct channel from {{ ref('int_spend') }}
),

-- What reports have instead of a channel.
placeholders as (
    select
        '(none)' as channel,
        2010 as sort_order
    union all
    select
        '(unattributed)' as channel,
        2020 as sort_order
    union all
    select
        '(hidden by consent)' as channel,
        2030 as sort_order
    union all
    select
        '(unknown)' as channel,
        2040 as sort_order
    union all
    select
        '(baseline)' as channel,
        2050 as sort_order
),

-- Sources may provide channels that are not in the seed.
names as (
    select channel from channels
    union
    select channel from touchpoints
    union
    select channel from campaigns
    union
    select channel from spend
),

final as (
    select
        names.channel,
        coalesce(channels.channel_group, 'Unassigned') as channel_group,
        coalesce(channels.lead_type, 'net') as lead_type,
        coalesce(channels.media_type, 'owned') as media_type,
        channels.channel is not null as is_standard,
        cast(coalesce(channels.sort_order, 1000) as bigint) as sort_order
    from names
    left join channels on names.channel = channels.channel
    union all
    select
        channel,
        '(none)' as channel_group,
        cast(null as string) as lead_type,
        cast(null as string) as media_type,
        false as is_standard,
        cast(sort_order as bigint) as sort_order
    from placeholders
)

select * from final
