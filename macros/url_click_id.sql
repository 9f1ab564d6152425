{# The first advertising click id with a value in a URL, as parameter=value: two clicks on one ad differ. Null without one. #}
{% macro url_click_id(url) -%}
    nullif(
        regexp_extract(
            {{ url }}, '^[^#]*?[?&]((gclid|msclkid|li_fat_id|fbclid|ttclid)=[^&#]+)', 1
        ), ''
    )
{%- endmacro %}
