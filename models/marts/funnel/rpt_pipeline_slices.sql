with entries as (select * from {{ ref('int_opportunity_entries') }}),

closings as (select * from {{ ref('int_opportunity_closings') }}),

opportunities as (select * from {{ ref('fct_opportunities') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

people as (select * from {{ ref('dim_people') }}),

described as (
    select
        opportunities.opportunity_id,
        accounts.industry,
        coalesce(accounts.country, people.country) as country,
        people.job_title,
        opportunities.product_line
    from opportunities
    left join accounts on opportunities.account_id = accounts.account_id
    left join people on opportunities.primary_person_key = people.person_key
),

-- An opportunity counts in the month of its creation and in that of its closing.
amounts as (
    select
        opportunity_id,
        created_month as period_month,
        'created' as event,
        amount
    from entries
    union all
    select
        opportunity_id,
        closed_month as period_month,
        case when is_won then 'won' else 'lost' end as event,
        amount
    from closings
),

sliced as (
    select
        amounts.period_month,
        amounts.event,
        amounts.amount,
        dimensions.dimension,
        coalesce(case dimensions.dimension
            when 'industry' then described.industry
            when 'country' then described.country
            when 'job_title' then described.job_title
            when 'product_line' then described.product_line
        end, '(none)') as value
    from amounts
    inner join described on amounts.opportunity_id = described.opportunity_id
    cross join
        (values ('industry'), ('country'), ('job_title'), ('product_line'))
            as dimensions (dimension)
),

counted as (
    select
        dimension,
        value,
        {%- for event in ['created', 'won', 'lost'] %}
        cast(count(case when event = '{{ event }}' then 1 end) as bigint) as {{ event }}_count,
        cast(
            coalesce(sum(case when event = '{{ event }}' then amount end), 0) as decimal(18, 2)
        ) as {{ event }}_amount,
        {%- endfor %}
        period_month
    from sliced
    group by dimension, value, period_month
),

final as (
    select
        dimension,
        value,
        created_count,
        won_count,
        lost_count,
        created_amount,
        won_amount,
        lost_amount,
        {{ rate('won_count', 'won_count + lost_count') }} as win_rate,
        {{ rate('won_amount', 'won_amount + lost_amount') }} as win_rate_amount,
        {{ rate('won_amount', 'won_count') }} as average_deal_size,
        period_month
    from counted
)

select * from final
