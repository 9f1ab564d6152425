{#
    A value of a list as the lists write it: lower case, no blanks around it, an underscore for those inside; blank is
    null. 'Sent ' is sent, 'New Business' is new_business.
#}
{% macro listed_value(expression) -%}
    nullif(replace(lower(trim({{ expression }})), ' ', '_'), '')
{%- endmacro %}
