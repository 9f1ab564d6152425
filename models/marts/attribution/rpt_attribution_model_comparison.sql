with credits as (select * from {{ ref('int_attribution_channel_credits') }}),

totals as (
    select
        channel,
        conversion_type,
        model,
        sum(credited_conversions) as credited_conversions,
        sum(credited_value) as credited_value
    from credits
    group by channel, conversion_type, model
),

models as (
    select distinct
        conversion_type,
        model
    from totals
),

channels as (
    select distinct
        conversion_type,
        channel
    from totals
),

-- Add a row of 0 for channels that a model does not credit, so that the spread covers all models.
complete as (
    select
        channels.channel,
        channels.conversion_type,
        models.model,
        coalesce(totals.credited_conversions, 0) as credited_conversions,
        coalesce(totals.credited_value, 0) as credited_value
    from channels
    inner join models on channels.conversion_type = models.conversion_type
    left outer join totals
        on
            channels.channel = totals.channel
            and channels.conversion_type = totals.conversion_type
            and models.model = totals.model
),

shares as (
    select
        *,
        credited_conversions / nullif(
            sum(credited_conversions) over (partition by conversion_type, model), 0
        ) as credited_share
    from complete
),

final as (
    select
        channel,
        conversion_type,
        model,
        cast(credited_conversions as double) as credited_conversions,
        cast(credited_value as decimal(18, 2)) as credited_value,
        cast(credited_share as double) as credited_share,
        -- Models that credit touches: model response is an estimate of effects, not another rule.
        -- Round away floating-point noise, so that models that agree have a spread of 0.
        cast(round(
            max(case when model <> 'response' then credited_share end)
                over (partition by channel, conversion_type)
            - min(case when model <> 'response' then credited_share end)
                over (partition by channel, conversion_type), 12
        ) as double) as spread_share
    from shares
)

select * from final
