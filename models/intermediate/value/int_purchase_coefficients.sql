with models as (
    select * from {{ ref('int_purchase_models') }}
    where r is not null
),

frequencies as (
    select distinct
        fit_period,
        frequency
    from {{ ref('int_purchase_histories') }}
),

-- The number of terms that int_purchase_moments needs.
terms as (
    select
        fit_period,
        max(term_number) as last_term_number
    from {{ ref('int_purchase_moments') }}
    group by fit_period
),

numbers as (
    select {{ dbt.datediff("cast('2000-01-01' as date)", 'date_day', 'day') }} as term_number
    from {{ date_series("cast('2000-01-01' as date)", "cast('2027-05-19' as date)") }} as days
),

factors as (
    select
        frequencies.fit_period,
        frequencies.frequency,
        numbers.term_number,
        case
            when numbers.term_number = 0 then cast(1 as double)
            else
                (models.a + models.b - models.r - 2 + numbers.term_number)
                * (models.a - 2 + numbers.term_number)
                / nullif(
                    (models.a + models.b + frequencies.frequency - 2 + numbers.term_number)
                    * numbers.term_number, 0
                )
        end as factor
    from frequencies
    inner join models on frequencies.fit_period = models.fit_period
    inner join terms on frequencies.fit_period = terms.fit_period
    inner join numbers on terms.last_term_number >= numbers.term_number
),

-- Running product of the factors, as a sum of logarithms; signs are counted separately.
logged as (
    select
        fit_period,
        frequency,
        term_number,
        sum(case when factor = 0 then -10000 else ln(abs(factor)) end) over by_frequency
            as log_coefficient,
        sum(case when factor < 0 then 1 else 0 end) over by_frequency as negatives_count
    from factors
    window by_frequency as (
        partition by fit_period, frequency order by term_number asc nulls last
        rows between unbounded preceding and current row
    )
),

coefficients as (
    select
        fit_period,
        frequency,
        term_number,
        exp(log_coefficient) * case when mod(negatives_count, 2) = 1 then -1 else 1 end
            as coefficient
    from logged
)

select * from coefficients
