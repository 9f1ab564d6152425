{#
    A salted 64-bit number for a text that identifies a person or a device, by which the build recognises an erased one
    without holding the text. It differs between engines, so never publish it. kind is SQL. Normalise emails first.
#}
{% macro erasure_key(text, kind="'person'") %}
    {%- set salt = "'" ~ var('email_hash_salt') | replace("'", "''") ~ "'" -%}
    {{ return(adapter.dispatch('erasure_key')(salt ~ ', ' ~ kind, text)) }}
{% endmacro %}

{# Two hashes in one, as in hash64(); half of it fits into a bigint. #}
{% macro duckdb__erasure_key(salts, text) -%}
    cast(hash({{ salts }}, {{ text }}, concat('####', {{ text }})) >> 1 as bigint)
{%- endmacro %}

{% macro spark__erasure_key(salts, text) -%}
    xxhash64({{ salts }}, {{ text }})
{%- endmacro %}

{# The key of a canonical column, by its name: anonymous_id is a device, email an email, all others are ids of people. #}
{% macro erasure_key_of(name, source) -%}
    {%- if name == 'anonymous_id' -%} {{ erasure_key(source ~ '.' ~ name, "'device'") }}
    {%- elif name == 'email' -%} {{ erasure_key(normalised_email(source ~ '.' ~ name)) }}
    {%- else -%} {{ erasure_key(source ~ '.' ~ name) }}
    {%- endif -%}
{%- endmacro %}
