{# Whether a URL carries a utm parameter or an advertising click id with a value, without taking it out. #}
{% macro url_has_campaign(url) -%}
    coalesce(
        (contains({{ url }}, 'utm_') or contains({{ url }}, 'clid=') or contains({{ url }}, 'li_fat_id='))
        and {{ matches(
            url,
            "'^[^#]*[?&](utm_source|utm_medium|utm_campaign|gclid|msclkid|li_fat_id|fbclid|ttclid)=[^&#]'"
        ) }},
        false
    )
{%- endmacro %}
