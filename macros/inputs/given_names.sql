{#
    Loaders name tables and columns differently. A table or column is found by its declared name; else by that name in
    another spelling (Id, AccountId, segments.date: case, blanks and the characters _ - . do not count) or by a name in meta
    also_named, or in meta also_prefixed of its table. Var column_names comes before all of them. scripts/pipeline/inputs/names.py does the same.
#}

{# The names by which something was delivered, as written; two or more if that is ambiguous. #}
{% macro given_names(name, also_named, delivered) %}
    {%- set exact = [] -%}
    {%- set spelled = [] -%}
    {%- set others = [] -%}
    {%- set forms = [] -%}
    {%- for also in also_named -%}{%- do forms.append(name_form(also)) -%}{%- endfor -%}
    {%- for given in delivered -%}
        {%- if given | lower == name | lower -%}{%- do exact.append(given) -%}
        {%- elif name_form(given) == name_form(name) -%}{%- do spelled.append(given) -%}
        {%- elif name_form(given) in forms -%}{%- do others.append(given) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return((exact or spelled) + others) }}
{% endmacro %}

{# A name without case, blanks and the characters _ - . #}
{% macro name_form(name) %}
    {{ return(name | lower | replace('_', '') | replace('-', '') | replace('.', '') | replace(' ', '')) }}
{% endmacro %}

{#
    The declared columns of a raw table that were delivered under another name: {declared: delivered}. What cannot be decided
    is appended to problems.
#}
{% macro given_columns(table, delivered, problems) %}
    {%- set label = table.source_name ~ '.' ~ table.name -%}
    {%- set own = var('column_names').get(table.source_name, {}).get(table.name, {}) -%}
    {%- set named = {} -%}
    {%- set undeclared = [] -%}
    {%- for given in delivered if given not in table.columns -%}{%- do undeclared.append(given) -%}{%- endfor -%}
    {%- for name, column in table.columns.items() -%}
        {%- set also_named = column.meta.get('also_named', []) | list -%}
        {%- for prefix, other in table.config.meta.get('also_prefixed', {}).items() if name.startswith(prefix) -%}
            {%- do also_named.append(other ~ name[prefix | length:]) -%}
        {%- endfor -%}
        {%- set exact = [name] if name in delivered else [] -%}
        {%- set found = given_names(name, also_named, undeclared + exact) if name not in own
            else [own[name] | lower] if own[name] | lower in delivered else [] -%}
        {%- if found | length > 1 -%}
            {%- do problems.append(label ~ ': ' ~ found | join(' and ') ~ ' may both be column ' ~ name
                ~ '. Deliver one of them, or name it in var column_names.') -%}
        {%- elif found and found[0] != name -%}
            {%- do named.update({name: found[0]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(named) }}
{% endmacro %}
