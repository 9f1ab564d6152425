-- The conversion types and models whose credits do not add up to what was converted.
with credited as (
    select model, conversion_type, sum(credited_value) as total
    from {batch} group by model, conversion_type
),

converted as (
    select conversion_type, sum(conversion_value) as total
    from marts.fct_conversions group by conversion_type
)

select 'model ' || models.model || ' credits ' || coalesce(credited.total, 0) || ' of '
    || converted.total || ' for ' || converted.conversion_type as finding
from (select distinct model from credited) as models
cross join converted
left join credited
    on credited.model = models.model and credited.conversion_type = converted.conversion_type
where coalesce(credited.total, 0) <> coalesce(converted.total, 0)
