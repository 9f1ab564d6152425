{# A raw row as text, 'column=value' joined by ' | ', nulls left out. #}
{% macro raw_row(declared, found) %}concat_ws(
                        ' | '
                        {%- for name in declared.columns if not found or name in found %},
                        '{{ name }}=' || cast(given_{{ name }} as string)
                        {%- endfor %}
                    )
{%- endmacro %}
