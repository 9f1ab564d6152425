{#
    The key of a table, one column or several: no key repeats and none of its columns is null.
    Columns listed as nullable may be null, and null then counts as a value of its own.
    A failing row is a key with the number of its rows.
#}
{% test primary_key(model, column_name=none, columns=none, nullable=[]) %}
{%- set key = columns or [column_name] %}
{%- set required = key | reject('in', nullable) | list %}
select
    {{ key | join(', ') }},
    count(*) as rows_count
from {{ model }}
group by {{ key | join(', ') }}
having count(*) > 1{% for column in required %} or {{ column }} is null{% endfor %}
{% endtest %}
