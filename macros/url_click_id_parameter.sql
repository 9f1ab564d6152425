{#
    The name of the advertising click id that a URL carries with a value, a key of rule seed click_ids; null where there
    is none. The first of the list wins where a URL carries several. Most URLs carry none and are only searched.
#}
{% macro url_click_id_parameter(url) -%}
    case
        when contains({{ url }}, 'clid=') or contains({{ url }}, 'clkid=') or contains({{ url }}, 'li_fat_id=')
            then case
                {%- for name in ['gclid', 'msclkid', 'li_fat_id', 'fbclid', 'ttclid'] %}
                when
                    contains({{ url }}, '{{ name }}=')
                    and {{ matches(url, "'^[^#]*[?&]" ~ name ~ "=[^&#]'") }}
                    then '{{ name }}'
                {%- endfor %}
            end
    end
{%- endmacro %}
