with opportunities as (select * from {{ ref('int_opportunities') }}),

credits as (
    select * from {{ ref('int_attribution_credits') }}
    where model = '{{ var("outlook_attribution_model") }}'
),

conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type in ('opportunity', 'won')
),

final as (
    select
        opportunities.opportunity_id,
        conversion_types.conversion_type,
        'team' as split_by,
        opportunities.team as part,
        cast(1 as double) as share,
        cast(coalesce(opportunities.amount, 0) as decimal(18, 2)) as amount
    from opportunities
    cross join (values ('opportunity'), ('won')) as conversion_types (conversion_type)
    union all
    select
        conversions.opportunity_id,
        conversions.conversion_type,
        'channel' as split_by,
        credits.channel as part,
        cast(sum(credits.credit_share) as double) as share,
        cast(sum(credits.credited_value) as decimal(18, 2)) as amount
    from credits
    inner join conversions on credits.conversion_id = conversions.conversion_id
    group by conversions.opportunity_id, conversions.conversion_type, credits.channel
)

select * from final
