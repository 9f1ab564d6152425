with credited as (
    select
        count(*) as opportunities_count,
        coalesce(sum(conversion_value), 0) as amount
    from {{ ref('fct_conversions') }}
    where conversion_type = 'won'
),

won as (
    select
        count(*) as opportunities_count,
        coalesce(sum(amount), 0) as amount
    from {{ ref('int_opportunities') }}
    where is_won
)

select
    credited.opportunities_count,
    won.opportunities_count as won_opportunities_count,
    credited.amount,
    won.amount as won_amount
from credited
cross join won
where credited.opportunities_count <> won.opportunities_count or credited.amount <> won.amount
