{#
    The advertising click id of a URL as '<parameter>=<value>', the parameter being the key of rule seed
    click_ids; null where there is none. The first of the list wins where a URL carries several.
#}
{% macro url_click_id(url) -%}
    case
        when
            contains({{ url }}, 'clid=')
            or contains({{ url }}, 'msclkid=')
            or contains({{ url }}, 'li_fat_id=')
            then coalesce(
                {%- for name in ['gclid', 'msclkid', 'li_fat_id', 'fbclid', 'ttclid'] %}
                '{{ name }}=' || {{ url_parameter(url, name) }}{{ ',' if not loop.last }}
                {%- endfor %}
            )
    end
{%- endmacro %}
