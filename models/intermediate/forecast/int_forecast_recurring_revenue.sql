with forecast_months as (select * from {{ ref('int_forecast_months') }}),

mrr_steps as (select * from {{ ref('int_mrr_steps') }}),

rates as (select * from {{ ref('int_mrr_rates') }}),

-- New and returning MRR a month, in the last six months.
segments as (
    select
        rates.as_of_month,
        mrr_steps.segment,
        sum(
            case
                when mrr_steps.period_month = rates.last_whole_month then mrr_steps.end_mrr else 0
            end
        )
            as mrr,
        sum(
            case
                when mrr_steps.period_month = rates.last_whole_month then mrr_steps.end_mrr_squares
                else 0
            end
        ) as mrr_squares,
        sum(mrr_steps.new_mrr) / 6 as new_mrr,
        sum(mrr_steps.new_mrr_squares) / 6 as new_mrr_squares
    from rates
    inner join mrr_steps
        on
            rates.last_whole_month >= mrr_steps.period_month
            and mrr_steps.period_month > {{ dbt.dateadd('month', -6, 'rates.last_whole_month') }}
    group by rates.as_of_month, mrr_steps.segment
),

months as (
    select
        as_of_month,
        months_ahead,
        target_month,
        {{ dbt.datediff('last_whole_month', 'target_month', 'month') }} as steps_count
    from forecast_months
),

-- MRR of today's customers shrinks and grows at the trailing rates. MRR that is added in a month
-- earns half of it in that month, and shrinks and grows afterwards.
rolled as (
    select
        months.as_of_month,
        months.months_ahead,
        segments.segment,
        months.steps_count,
        rates.loss_rate,
        rates.revenue_per_mrr,
        segments.mrr_squares,
        segments.new_mrr_squares,
        segments.mrr * rates.revenue_per_mrr * (
            power(1 - rates.loss_rate + rates.gain_rate, months.steps_count - 1)
            + power(1 - rates.loss_rate + rates.gain_rate, months.steps_count)
        ) / 2 as base_amount,
        segments.new_mrr * rates.revenue_per_mrr * (
            case
                when abs(rates.gain_rate - rates.loss_rate) < 1e-9 then months.steps_count
                else
                    (power(1 - rates.loss_rate + rates.gain_rate, months.steps_count) - 1)
                    / (rates.gain_rate - rates.loss_rate)
            end - 0.5
        ) as new_amount
    from months
    inner join rates on months.as_of_month = rates.as_of_month
    inner join segments on months.as_of_month = segments.as_of_month
    where rates.revenue_per_mrr is not null
),

-- A customer is lost or not (Bernoulli); customers arrive one by one (Poisson).
measured as (
    select
        *,
        mrr_squares * revenue_per_mrr * revenue_per_mrr
        * power(1 - loss_rate, steps_count) * (1 - power(1 - loss_rate, steps_count))
            as base_variance,
        new_mrr_squares * revenue_per_mrr * revenue_per_mrr * steps_count as new_variance
    from rolled
),

-- The months of one forecast move together: a lost customer stays lost.
components as (
    select
        as_of_month,
        months_ahead,
        segment,
        'recurring_base' as component,
        base_amount as expected_amount,
        base_variance as variance
    from measured
    union all
    select
        as_of_month,
        months_ahead,
        segment,
        'new_recurring' as component,
        new_amount as expected_amount,
        new_variance as variance
    from measured
),

cumulated as (
    select
        *,
        power(sum(sqrt(variance)) over (
            partition by as_of_month, segment, component order by months_ahead asc nulls last
            rows between unbounded preceding and current row
        ), 2) as cumulative_variance
    from components
)

select * from cumulated
