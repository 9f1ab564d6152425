-- Mappings ignore case and outer blanks, so two rows that differ only in those would fan out.
select
    vendor,
    object,
    lower(trim(source_status)) as source_status
from {{ ref('stage_mapping') }}
group by vendor, object, lower(trim(source_status))
having count(*) > 1
