-- A person with an unmapped status is in no stage, so MQL and SQL counts come out too low. An
-- opportunity in an unmapped stage has no position in the sales process. The pipeline
-- shows column `finding` in its log and in data_quality_results.
{{ config(severity='warn') }}

with unmapped as (
    select
        *,
        -- A cell of a CSV file.
        case
            when {{ matches('source_status', "'[,\"]'") }}
                then '"' || replace(source_status, '"', '""') || '"'
            else source_status
        end as status_cell
    from {{ ref('int_status_stages') }}
    where not is_mapped
)

select
    source_system,
    object,
    source_status,
    rows_count,
    source_system || ' ' || object
    || case object when 'person' then ' status' else ' stage' end
    || ' ''' || source_status || ''' is not mapped: ' || rows_count || ' rows, for example '
    || object || ' ' || example_id || ', '
    || coalesce('read as ' || stage, 'in no stage of the funnel')
    || case object
        when 'person'
            then
                '. Add to rules/stage_mapping.csv: ' || source_system || ',person,' || status_cell
                || ',<stage of funnel_stages>'
        else
            '. Add to rules/opportunity_stages.csv: ' || source_system || ',(all),' || status_cell
            || ',<position>,<open, won or lost>,,'
    end as finding
from unmapped
order by rows_count desc, source_status asc
