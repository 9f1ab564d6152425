{#
    The canonical type of a web event by its name: snake-case names of the trackers' usual vocabularies, and others of one
    vendor. Any other name is a type of its own.
#}
{% macro web_event_type(name, others={}) -%}
    {%- set types = {
        'form_submitted': 'form_submit',
        'content_downloaded': 'content_download',
        'signed_up': 'sign_up',
        'demo_requested': 'demo_request',
        'chat_started': 'chat_started',
        'cta_clicked': 'cta_click',
        'order_completed': 'order',
    } -%}
    {%- do types.update(others) -%}
    case {{ name }}
        {%- for event_name, type in types.items() %}
        when '{{ event_name }}' then '{{ type }}'
        {%- endfor %}
        else {{ name }}
    end
{%- endmacro %}
