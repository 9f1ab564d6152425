{# The vars that define sessions, as text: sessions that were built with other values are rebuilt. #}
{% macro session_rules() -%}
    {{ var('session_timeout_minutes') }} {{ var('session_max_hours') }} {{ var('bot_max_events_per_minute') }} {{ var('session_splits_on_campaign') }}
{%- endmacro %}
