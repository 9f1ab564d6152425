with credits as (
    select * from {{ ref('int_attribution_credits') }}
    where model = '{{ var("outlook_attribution_model") }}'
),

conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type in ('opportunity', 'won')
),

final as (
    select
        conversions.opportunity_id,
        conversions.conversion_type,
        credits.channel,
        cast(sum(credits.credit_share) as double) as credit_share,
        cast(sum(credits.credited_value) as decimal(18, 2)) as credited_value
    from credits
    inner join conversions on credits.conversion_id = conversions.conversion_id
    group by conversions.opportunity_id, conversions.conversion_type, credits.channel
)

select * from final
