with curves as (
    select * from {{ ref('int_survival_curves') }}
),

-- Each later month is worth what is left of the contracts by then, less the discount until then.
ahead as (
    select
        young.segment,
        young.tenure_months,
        exp(older.log_survival - young.log_survival) as survival,
        power(
            1 + cast({{ var('annual_discount_rate') }} as double),
            -(older.tenure_months - young.tenure_months) / cast(12 as double)
        ) as discount_factor
    from curves as young
    inner join curves as older
        on
            young.segment = older.segment
            and young.tenure_months < older.tenure_months
            and older.tenure_months <= young.tenure_months + {{ var('clv_horizon_months') }}
),

outlooks as (
    select
        segment,
        tenure_months,
        sum(survival) as expected_months,
        sum(survival * discount_factor) as discounted_months
    from ahead
    group by segment, tenure_months
    having count(*) = {{ var('clv_horizon_months') }}
)

select * from outlooks
