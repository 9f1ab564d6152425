with credits as (
    select * from {{ ref('int_attribution_credits') }}
    where is_published
),

channel_credits as (
    select
        conversion_type,
        model,
        channel,
        bootstrap_group,
        sum(credit_share) as credited_conversions,
        cast(sum(credited_value) as decimal(18, 2)) as credited_value
    from credits
    group by conversion_type, model, channel, bootstrap_group
)

select * from channel_credits
