{{ config(materialized=view_until_published()) }}
-- Audits compare credits with conversions.
-- depends_on: {{ ref('fct_conversions') }}

with visible as (
    select
        conversion_id,
        touchpoint_id,
        campaign_id,
        conversion_type,
        model,
        channel,
        position,
        touches_count,
        credit_share,
        credited_value,
        touched_at,
        converted_at
    from {{ ref('int_attribution_credits') }}
    where is_published and not is_hidden
),

-- Sum the credits of hidden touches to one row per conversion and model, which reveals nothing
-- about them. Round the share: its last digits depend on row order.
hidden as (
    select
        conversion_id,
        cast(null as string) as touchpoint_id,
        cast(null as string) as campaign_id,
        conversion_type,
        model,
        channel,
        cast(null as int) as position,
        touches_count,
        round(sum(credit_share), 12) as credit_share,
        sum(credited_value) as credited_value,
        cast(null as timestamp) as touched_at,
        converted_at
    from {{ ref('int_attribution_credits') }}
    where is_published and is_hidden
    group by conversion_id, conversion_type, model, channel, touches_count, converted_at
),

campaigns as (select * from {{ ref('int_campaigns') }}),

credits as (
    select * from visible
    union all
    select * from hidden
),

final as (
    select
        credits.conversion_id
        || '|'
        || credits.model
        || '|'
        || coalesce(cast(credits.position as string), credits.channel) as credit_id,
        credits.conversion_id,
        credits.touchpoint_id,
        coalesce(credits.campaign_id, '(none)') as campaign_id,
        case when credits.campaign_id is null then '(none)' else campaigns.campaign_name end
            as campaign_name,
        credits.conversion_type,
        credits.model,
        credits.channel,
        cast(credits.position as bigint) as position,
        cast(credits.touches_count as bigint) as touches_count,
        cast(credits.credit_share as double) as credit_share,
        cast(credits.credited_value as decimal(18, 2)) as credited_value,
        {{ reporting_date('credits.touched_at') }} as touched_date,
        {{ reporting_date('credits.converted_at') }} as converted_date,
        credits.touched_at,
        credits.converted_at
    from credits
    left join campaigns on credits.campaign_id = campaigns.campaign_id
)

select * from final
