-- Names in var published_attribution_models that match no model.
{%- set named = var('published_attribution_models') -%}
{%- set published = [named] if named is string else named %}
select names.model
from (
    {%- for model in published %}
    select '{{ model }}' as model
    {{ 'union all' if not loop.last }}
    {%- else %}
    select cast(null as string) as model
    {%- endfor %}
) as names
left join {{ ref('int_attribution_slices') }} as slices on names.model = slices.model
where names.model is not null and slices.model is null
