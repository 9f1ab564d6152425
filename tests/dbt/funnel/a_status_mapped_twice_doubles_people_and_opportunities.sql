-- Mappings ignore case and outer blanks, so two rows that differ only in those would fan out. The
-- outcome of a stage is used without its pipeline, so it must be the same in all pipelines.
select
    vendor,
    object,
    lower(trim(source_status)) as source_status
from {{ ref('stage_mapping') }}
group by vendor, object, lower(trim(source_status))
having count(*) > 1
union all
select
    source_system as vendor,
    'opportunity' as object,
    lower(trim(stage)) as source_status
from {{ ref('opportunity_stages') }}
group by source_system, lower(trim(stage))
having count(*) > count(distinct lower(trim(pipeline))) or count(distinct outcome) > 1
