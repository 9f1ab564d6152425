{{ config(materialized=view_until_published()) }}

with credits as (
    select * from {{ ref('int_attribution_credits') }}
    where is_published
),

conversions as (
    select
        conversion_id,
        touches_count
    from {{ ref('fct_conversions') }}
),

-- Credits of hidden touches are one row per conversion and model, which says nothing about them.
-- Their share is rounded: what is added up in another order differs in its last digits.
placed as (
    select
        conversion_id,
        touchpoint_id,
        campaign_id,
        conversion_type,
        model,
        channel,
        position,
        credit_share,
        credited_value,
        touched_at,
        converted_at
    from credits
    where not is_hidden
    union all
    select
        conversion_id,
        cast(null as string) as touchpoint_id,
        cast(null as string) as campaign_id,
        conversion_type,
        model,
        channel,
        cast(null as int) as position,
        round(sum(credit_share), 12) as credit_share,
        sum(credited_value) as credited_value,
        cast(null as timestamp) as touched_at,
        converted_at
    from credits
    where is_hidden
    group by conversion_id, conversion_type, model, channel, converted_at
),

final as (
    select
        placed.conversion_id
        || '|'
        || placed.model
        || '|'
        || coalesce(cast(placed.position as string), placed.channel) as credit_id,
        placed.conversion_id,
        placed.touchpoint_id,
        placed.campaign_id,
        placed.conversion_type,
        placed.model,
        placed.channel,
        cast(placed.position as bigint) as position,
        conversions.touches_count,
        cast(placed.credit_share as double) as credit_share,
        cast(placed.credited_value as decimal(18, 2)) as credited_value,
        placed.touched_at,
        placed.converted_at
    from placed
    inner join conversions on placed.conversion_id = conversions.conversion_id
)

select * from final
