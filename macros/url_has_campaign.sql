{# Whether a URL carries a utm parameter or an advertising click id with a value, without taking it out. #}
{% macro url_has_campaign(url) -%}
    case
        when {{ url }} is null or not contains({{ url }}, '?') then false
        else {{ matches(
            url,
            "'^[^#]*[?&](utm_source|utm_medium|utm_campaign|gclid|msclkid|li_fat_id|fbclid|ttclid)=[^&#]'"
        ) }}
    end
{%- endmacro %}
