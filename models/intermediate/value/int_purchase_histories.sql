with purchase_days as (select * from {{ ref('int_customer_purchase_days') }}),

ends as (
    select
        max(case when fit_period = 'current' then fitted_until end) as current_until,
        max(case when fit_period = 'backtest' then fitted_until end) as backtest_until
    from {{ ref('int_clv_periods') }}
),

-- One pass for both periods: the first purchase of a customer who bought in a period is in it.
by_customer as (
    select
        purchase_days.customer_id,
        min(purchase_days.purchase_date) as first_date,
        min_by(purchase_days.amount, purchase_days.purchase_date) as first_amount,
        {%- for period in ['current', 'backtest'] %}
        {%- set is_in_period = "purchase_days.purchase_date <= ends." ~ period ~ "_until" %}
        count(*) filter (where {{ is_in_period }}) as {{ period }}_count,
        max(purchase_days.purchase_date) filter (where {{ is_in_period }})
            as {{ period }}_last_date,
        sum(purchase_days.amount) filter (where {{ is_in_period }}) as {{ period }}_amount,
        sum(purchase_days.margin_amount) filter (where {{ is_in_period }}) as {{ period }}_margin,
        {%- endfor %}
        max(ends.current_until) as current_until,
        max(ends.backtest_until) as backtest_until
    from purchase_days
    cross join ends
    group by purchase_days.customer_id
),

by_period as (
    {%- for period in ['current', 'backtest'] %}
    select
        '{{ period }}' as fit_period,
        customer_id,
        {{ period }}_count - 1 as frequency,
        {{ dbt.datediff('first_date', period ~ '_last_date', 'day') }} as recency_days,
        {{ dbt.datediff('first_date', period ~ '_until', 'day') }} as age_days,
        {{ period }}_amount as amount,
        {{ period }}_margin as margin_amount,
        {{ period }}_amount - first_amount as repeat_amount
    from by_customer
    where {{ period }}_count > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

sizes as (
    select
        fit_period,
        count(*) > {{ var('clv_whole_weeks_above') }} as is_in_whole_weeks
    from by_period
    group by fit_period
),

-- In whole weeks many customers have equal histories, and the fit handles each once.
histories as (
    select
        by_period.fit_period,
        by_period.customer_id,
        by_period.frequency,
        case
            when sizes.is_in_whole_weeks then round(by_period.recency_days / cast(7 as double))
            else by_period.recency_days / cast(7 as double)
        end as recency_weeks,
        case
            when sizes.is_in_whole_weeks then round(by_period.age_days / cast(7 as double))
            else by_period.age_days / cast(7 as double)
        end as age_weeks,
        cast(by_period.amount as decimal(18, 2)) as amount,
        {{ rate('by_period.repeat_amount', 'by_period.frequency') }} as repeat_amount_mean,
        case
            when by_period.amount > 0
                then least(greatest(
                    {{ rate('by_period.margin_amount', 'by_period.amount') }}, 0
                ), 1)
            else cast({{ var('gross_margin_default') }} as double)
        end as margin_rate
    from by_period
    inner join sizes on by_period.fit_period = sizes.fit_period
)

select * from histories
