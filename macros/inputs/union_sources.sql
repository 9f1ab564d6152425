{#
    The union of an entity's staging models stg_<vendor>__<entity> over the vendors of some vars, with the columns of the
    model's contract except those that the model adds itself; no rows where no vendor is switched on.
    The user's own data (vendor generic) has the canonical columns already: it is read from the raw table, without a
    staging model. What its columns need is declared as meta read_as in _generic__sources.yml.
    CRM ids are prefixed '<vendor>:' where two CRM vendors are switched on. with_later: see raw().
#}
{% macro union_sources(kinds, entity, crm_ids=[], added=[], with_later=false) %}
    {%- set columns = model.columns.values() | rejectattr('name', 'in', added) | list -%}
    {%- set vendors = [] -%}
    {%- for kind in kinds -%}{%- do vendors.extend(var(kind)) -%}{%- endfor -%}
    {%- set is_prefixed = var('crm_sources') | length > 1 -%}
    {%- for vendor in vendors | unique %}
    {%- set is_raw = vendor == 'generic' and entity != 'raw_ledger' %}
    {%- set delivered = raw_declaration(vendor, entity).columns.keys() | list if is_raw and execute else none %}
    select
        {%- for column in columns %}
        {% if delivered is not none and column.name not in delivered -%}
        cast(null as {{ column.data_type }}) as {{ column.name }}
        {%- elif is_prefixed and column.name in crm_ids and vendor in var('crm_sources') -%}
        '{{ vendor }}:' || {{ column.name }} as {{ column.name }}
        {%- else -%}
        {{ column.name }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
    from {% if is_raw %}{{ raw(vendor, entity, with_later) }} as {{ entity }}{% else %}{{ ref('stg_' ~ vendor ~ '__' ~ entity) }}{% endif %}
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
