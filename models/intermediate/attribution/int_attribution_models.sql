{%- set named = var('published_attribution_models') -%}
{%- set published = [named] if named is string else named -%}
{%- set used = (published + [var('cac_attribution_model')]) | join("', '") -%}

-- A weight is null if the model does not have the anchor.
with models as (
    select
        model,
        cast(row_number() over (order by model asc nulls last) as int) as model_number,
        cast(max(case when anchor = 'FT' then weight end) as double) as first_weight,
        cast(max(case when anchor = 'LC' then weight end) as double) as lead_weight,
        cast(max(case when anchor = 'OC' then weight end) as double) as opportunity_weight,
        cast(max(case when anchor = 'CW' then weight end) as double) as won_weight,
        cast(max(case when anchor = 'LT' then weight end) as double) as last_weight,
        cast(max(case when anchor = 'LND' then weight end) as double) as non_direct_weight,
        cast(max(case when anchor = 'MID' then weight end) as double) as middle_weight,
        cast(max(case when anchor = 'ALL' then weight end) as double) as even_weight,
        cast(max(case when anchor = 'DECAY' then weight end) as double) as decay_weight,
        cast(max(case when anchor = 'MARKOV' then weight end) as double) as markov_weight,
        cast(max(case when anchor = 'SHAPLEY' then weight end) as double) as shapley_weight,
        bool_or(anchor in ('DECAY', 'MARKOV', 'SHAPLEY')) as has_touch_weights,
        bool_or(anchor = 'RESPONSE') as is_response,
        {% if published %}
        model in ('{{ published | join("', '") }}')
        {% else %}
        true
        {% endif %}
            as is_published
    from {{ ref('attribution_models') }}
    {%- if published %}
    where model in ('{{ used }}')
    {%- endif %}
    group by model
)

select * from models
