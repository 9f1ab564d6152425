{#
    The union of stg_<vendor>__<entity> over the vendors of some vars, with the columns of the model's contract. No
    vendor: no row. Where two CRM vendors are on together, CRM ids are prefixed '<vendor>:'. Columns that the model adds
    itself are left out.
#}
{% macro union_sources(kinds, entity, crm_ids=[], added=[]) %}
    {%- set columns = model.columns.values() | rejectattr('name', 'in', added) | list -%}
    {%- set vendors = [] -%}
    {%- for kind in kinds -%}{%- do vendors.extend(var(kind)) -%}{%- endfor -%}
    {%- set is_prefixed = var('crm_sources') | length > 1 -%}
    {%- for vendor in vendors | unique %}
    select
        {%- for name in columns | map(attribute='name') %}
        {% if is_prefixed and name in crm_ids and vendor in var('crm_sources') -%}
        '{{ vendor }}:' || {{ name }} as {{ name }}
        {%- else -%}
        {{ name }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_' ~ vendor ~ '__' ~ entity) }}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor -%}
    {%- if not vendors %}
    select
        {%- for column in columns %}
        cast(null as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
    {%- endif -%}
{%- endmacro %}
