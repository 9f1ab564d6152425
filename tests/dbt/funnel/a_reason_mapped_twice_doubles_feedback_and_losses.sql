-- Reasons ignore case and outer blanks, so two rows that differ only in those would fan out. A
-- reason has one group.
select lower(trim(source_reason)) as mapped_text
from {{ ref('feedback_reasons') }}
group by lower(trim(source_reason))
having count(*) > 1
union all
select reason as mapped_text
from {{ ref('feedback_reasons') }}
group by reason
having count(distinct reason_group) > 1
