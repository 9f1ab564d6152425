with channels as (select * from {{ ref('channels') }}),

touchpoints as (
    select distinct channel from {{ ref('int_touchpoints') }}
),

campaigns as (
    select distinct channel from {{ ref('int_campaigns') }}
),

-- Sources may provide channels that are not in the seed.
names as (
    select channel from channels
    union
    select channel from touchpoints
    union
    select channel from campaigns
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
)

select * from final
