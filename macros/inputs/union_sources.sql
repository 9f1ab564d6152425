{#
    The union of an entity's staging models stg_<vendor>__<entity> over the vendors of some vars, with the columns of the
    model's contract except those that the model adds itself; no rows where no vendor is switched on. Columns that a staging
    model lacks are null. A vendor without a staging model for the entity is left out (var vendor_entities).
    The user's own data (vendor generic) has the canonical columns already: it is read from the raw table, without a
    staging model. What its columns need is declared as meta read_as in _generic__sources.yml.
    crm_ids: the columns with ids of a CRM, prefixed '<vendor>:' where two CRM vendors are switched on (crm_prefix); other
    ids of a row (own_ids) have the prefix only if a CRM delivers the row. with_later: see raw().
    identifiers: the columns that identify a person or a device. Those of an erased one are replaced here, where the data
    enter, so that no table holds them; details: columns that are null in such rows; urls: columns that lose email
    addresses in every row. The macro emits these joins itself, against the rule for macros: a canonical model cannot read
    rows that have not passed them.
#}
{% macro union_sources(kinds, entity, crm_ids=[], own_ids=[], added=[], with_later=false, identifiers=[], details=[], urls=[]) %}
    {%- set columns = {} -%}
    {%- for column in model.columns.values() if column.name not in added -%}
        {%- do columns.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {%- if identifiers -%}
    {%- set erased = ref('erased_identifiers') %}
    select
        {%- for name in columns %}
        {% if name in identifiers -%}
        coalesce(erased_{{ name }}.replacement, delivered.{{ name }}) as {{ name }}
        {%- elif name in details -%}
        case
            when coalesce(
                {%- for identifier in identifiers %}erased_{{ identifier }}.replacement{{ ', ' if not loop.last }}{% endfor -%}
            ) is null then delivered.{{ name }}
        end as {{ name }}
        {%- elif name in urls -%}
        {{ without_emails('delivered.' ~ name) }} as {{ name }}
        {%- else -%}
        delivered.{{ name }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
    from ({{ delivered_rows(kinds, entity, columns, crm_ids, own_ids, with_later) }}) as delivered
        {%- for name in identifiers %}
    left join {{ erased }} as erased_{{ name }}
        on {{ erasure_key_of(name, 'delivered') }} = erased_{{ name }}.identifier_key
        {%- endfor %}
    {%- else -%}
    {{ delivered_rows(kinds, entity, columns, crm_ids, own_ids, with_later) }}
    {%- endif -%}
{%- endmacro %}

{# The same rows as delivered, with some columns (name: type), the identifiers of erased people among them. #}
{% macro delivered_rows(kinds, entity, columns, crm_ids=[], own_ids=[], with_later=false) %}
    {%- set vendors = [] -%}
    {%- for kind in kinds -%}
        {%- for vendor in var(kind) if entity in var('vendor_entities').get(vendor, [entity]) + ['raw_ledger'] -%}
            {%- do vendors.append(vendor) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for vendor in vendors | unique %}
    {%- set is_crm = 'crm_sources' in kinds and vendor in var('crm_sources') %}
    {%- set prefix = crm_prefix(vendor, is_crm) %}
    {%- set is_raw = vendor == 'generic' and entity != 'raw_ledger' %}
    {%- set staged = none if is_raw else ref('stg_' ~ vendor ~ '__' ~ entity) %}
    {%- set delivered = none %}
    {%- if execute %}
        {%- set delivered = raw_declaration(vendor, entity).columns.keys() | list if is_raw
            else adapter.get_columns_in_relation(staged) | map(attribute='name') | map('lower') | list %}
    {%- endif %}
    select
        {%- for name, data_type in columns.items() %}
        {% if delivered and name not in delivered -%}
        cast(null as {{ data_type }}) as {{ name }}
        {%- elif prefix and (name in crm_ids or (is_crm and name in own_ids)) -%}
        '{{ prefix }}' || {{ name }} as {{ name }}
        {%- else -%}
        {{ name }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
    from {% if is_raw %}{{ raw(vendor, entity, with_later) }} as {{ entity }}{% else %}{{ staged }}{% endif %}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor -%}
    {%- if not vendors %}
    select
        {%- for name, data_type in columns.items() %}
        cast(null as {{ data_type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
    {%- endif -%}
{%- endmacro %}

{#
    '<crm>:' of the CRM whose ids a vendor delivers where two CRMs are on, else ''. A CRM's own records have its own; what
    other sources deliver has that of var crm_of, without an entry there none: their ids are taken as they came.
#}
{% macro crm_prefix(vendor, is_crm) %}
    {%- set crms = var('crm_sources') -%}
    {%- set own = vendor if vendor in crms else none -%}
    {%- set crm = own if is_crm else var('crm_of').get(vendor, own) -%}
    {{ return(crm ~ ':' if crms | length > 1 and crm in crms else '') }}
{% endmacro %}
