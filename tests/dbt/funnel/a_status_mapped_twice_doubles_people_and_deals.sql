-- Case and outer blanks do not count in a mapping, so two rows that differ in nothing else would
-- fan out.
select
    vendor,
    object,
    lower(trim(source_status)) as source_status
from {{ ref('stage_mapping') }}
group by vendor, object, lower(trim(source_status))
having count(*) > 1
