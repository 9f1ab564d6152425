-- A name in var published_attribution_models that no model bears.
{%- set published = var('published_attribution_models') %}
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
