-- By month, model, type and basis, compared with fct_conversions.
with converted as (
    select
        cast(date_trunc('month', {{ reporting_date('converted_at') }}) as date) as period_month,
        conversion_type,
        count(*) as conversions_count,
        sum(conversion_value) as conversion_value
    from {{ ref('fct_conversions') }}
    where converted_at is not null
    group by
        cast(date_trunc('month', {{ reporting_date('converted_at') }}) as date), conversion_type
),

models as (
    select distinct model
    from {{ ref('int_attribution_slices') }}
),

credited as (
    select
        period_month,
        model,
        conversion_type,
        sum(credited_conversions) as credited_conversions,
        sum(credited_value) as credited_value
    from {{ ref('rpt_channel_performance') }}
    where basis = 'conversion_month'
    group by period_month, model, conversion_type
),

expected as (
    select
        converted.*,
        models.model
    from converted
    cross join models
)

select
    coalesce(credited.period_month, expected.period_month) as period_month,
    coalesce(credited.model, expected.model) as model,
    coalesce(credited.conversion_type, expected.conversion_type) as conversion_type,
    credited.credited_conversions,
    expected.conversions_count,
    credited.credited_value,
    expected.conversion_value
from credited
full outer join expected
    on
        credited.period_month = expected.period_month
        and credited.model = expected.model
        and credited.conversion_type = expected.conversion_type
where
    coalesce(credited.credited_value, 0) <> coalesce(expected.conversion_value, 0)
    or abs(coalesce(credited.credited_conversions, 0) - coalesce(expected.conversions_count, 0))
    > 1e-6
