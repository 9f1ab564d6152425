{# The last value that is not null in a window frame. #}
{% macro last_known(value, window) %}{{ return(adapter.dispatch('last_known')(value, window)) }}{% endmacro %}

{% macro duckdb__last_known(value, window) -%}
    last_value({{ value }} ignore nulls) over ({{ window }})
{%- endmacro %}

{% macro spark__last_known(value, window) -%}
    last_value({{ value }}) ignore nulls over ({{ window }})
{%- endmacro %}

{# The first value that is not null in a window frame. #}
{% macro first_known(value, window) %}{{ return(adapter.dispatch('first_known')(value, window)) }}{% endmacro %}

{% macro duckdb__first_known(value, window) -%}
    first_value({{ value }} ignore nulls) over ({{ window }})
{%- endmacro %}

{% macro spark__first_known(value, window) -%}
    first_value({{ value }}) ignore nulls over ({{ window }})
{%- endmacro %}
