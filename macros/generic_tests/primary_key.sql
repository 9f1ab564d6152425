{# The key of a table, one column or several: no key repeats and none of its columns is null. A failing row is a key and the
   number of its rows. Columns listed as nullable may be null, and null counts as a value. #}
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
