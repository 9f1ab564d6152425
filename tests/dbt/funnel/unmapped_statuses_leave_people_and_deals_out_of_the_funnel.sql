-- A status that nothing maps says nothing about the funnel: MQL and SQL counts come out too low
-- without a word.
{{ config(severity='warn') }}

select
    source_system,
    object,
    source_status,
    rows_count,
    'Add to rule seed stage_mapping (rules/stage_mapping.csv): '
    || source_system
    || ','
    || object
    || ','
    || source_status
    || ',<stage of funnel_stages>' as what_to_do
from {{ ref('int_status_stages') }}
where not is_mapped
