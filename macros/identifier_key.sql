{#
    The 64-bit number by which an identifier is connected to others. Should two share one (a test says so), var
    identity_hash_seed gives all of them other numbers.
#}
{% macro identifier_key(identifier) -%}
    {%- set seed = var('identity_hash_seed') -%}
    {{ hash64("'" ~ seed | replace("'", "''") ~ "' || " ~ identifier if seed else identifier) }}
{%- endmacro %}
