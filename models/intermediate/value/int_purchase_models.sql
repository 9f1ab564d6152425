with parameters as (select * from {{ ref('int_clv_parameters') }}),

histories as (select * from {{ ref('int_purchase_histories') }}),

widened as (
    select
        fit_period,
        {%- for parameter in ['r', 'alpha', 'a', 'b', 'p', 'q', 'gamma'] %}
        max(case when parameter = '{{ parameter }}' then estimate end) as {{ parameter }},
        {%- endfor %}
        bool_or(is_enough) filter (where parameter = 'r') as has_enough_customers
    from parameters
    group by fit_period
),

means as (
    select
        fit_period,
        {{ rate('sum(frequency)', 'sum(age_weeks)') }} as mean_weekly_purchases,
        {{ rate('sum(amount)', 'sum(frequency + 1)') }} as mean_purchase_amount,
        {{ rate('count(*) filter (where frequency > 0)', 'count(*)') }} as repeat_rate
    from histories
    group by fit_period
),

-- The mean of Gamma-Gamma exists only for q above 1.
chosen as (
    select
        widened.*,
        case
            when widened.r is not null and widened.q > 1 then 'bg_nbd_gamma_gamma'
            when widened.r is not null then 'bg_nbd_mean_amount'
            when not widened.has_enough_customers then 'historic_mean'
            when '{{ target.type }}' = 'duckdb' or '{{ var("fitted_parameters_location") }}' <> ''
                then 'historic_mean'
            else 'none'
        end as clv_method,
        means.mean_weekly_purchases,
        means.mean_purchase_amount,
        means.repeat_rate
    from widened
    inner join means on widened.fit_period = means.fit_period
)

select * from chosen
