{%- set named = var('published_attribution_models') -%}
{%- set published = ([named] if named is string else named) | join("', '") -%}

with models as (
    select distinct model
    from {{ ref('attribution_models') }}
    {%- if published %}
    where model in ('{{ published }}')
    {%- endif %}
),

-- Only won opportunities and orders are revenue; open opportunities and leads are not.
slices as (
    select
        models.model,
        kinds.conversion_type,
        bases.basis,
        kinds.conversion_type in ('won', 'order') as is_revenue
    from models
    cross join
        (values ('lead'), ('mql'), ('opportunity'), ('won'), ('order')) as kinds (conversion_type)
    cross join (values ('conversion_month'), ('touch_month')) as bases (basis)
)

select * from slices
