{# The vars that decide where sessions end and which are set aside, as text: sessions built by others are built again. #}
{% macro session_rules() -%}
    {{ var('session_timeout_minutes') }} {{ var('session_max_hours') }} {{ var('bot_max_events_per_minute') }} {{ var('session_splits_on_campaign') }}
{%- endmacro %}
