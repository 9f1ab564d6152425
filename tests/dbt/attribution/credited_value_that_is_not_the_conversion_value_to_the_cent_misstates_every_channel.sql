-- Covers every published model, including conversions without credits.
with credited as (
    select
        conversion_id,
        model,
        sum(credited_value) as credited_value
    from {{ ref('fct_attribution_credits') }}
    group by conversion_id, model
),

models as (
    select distinct model
    from {{ ref('int_attribution_slices') }}
)

select
    conversions.conversion_id,
    models.model,
    conversions.conversion_value,
    credited.credited_value
from {{ ref('fct_conversions') }} as conversions
cross join models
left outer join credited
    on conversions.conversion_id = credited.conversion_id and models.model = credited.model
where credited.credited_value is null or credited.credited_value <> conversions.conversion_value
