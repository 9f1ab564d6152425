{# The first reason for which a raw row cannot be used, null if there is none. Rules stand in the sources yml. #}
{% macro unreadable_because(declared, found) %}
            case
                {%- for name, column in declared.columns.items() %}
                {%- if is_parsed(name, column.data_type, found) %}
                when given_{{ name }} is not null and {{ name }} is null and trim(given_{{ name }}) <> ''
                    then '{{ name }} is not a {{ column.data_type }}'
                {%- endif %}
                {%- if column.meta.get('required') %}
                when {{ name }} is null
                    {#- '!' follows the blank: only text that is empty or starts with one is trimmed. #}
                    {%- if column.data_type == 'string' %} or ({{ name }} < '!' and trim({{ name }}) = ''){% endif %} then '{{ name }} is missing'
                {%- endif %}
                {%- if column.meta.get('not_negative') %}
                when {{ name }} < 0 then '{{ name }} is negative'
                {%- endif %}
                {%- endfor %}
                {%- for rule in declared.config.meta.get('set_aside', []) %}
                when {{ rule.when }} then '{{ rule.because }}'
                {%- endfor %}
                {%- if declared.config.meta.get('not_before') %}
                when {{ declared.config.meta.dated }} < cast('{{ var(declared.config.meta.not_before) }}' as timestamp)
                    then 'dated before {{ declared.config.meta.not_before }}'
                {%- endif %}
                {%- set dated = declared.config.meta.get('dated') %}
                {%- if dated and declared.columns[dated].data_type == 'date' %}
                when {{ dated }} > cast('{{ as_of_day() }}' as date) then 'dated after as_of'
                {%- elif dated %}
                when {{ dated }} >= {{ as_of_end() }} then 'dated after as_of'
                {%- endif %}
                else cast(null as string)
            end
{%- endmacro %}
