-- Every raw row and amount is in a mart or listed as set aside.
select
    source_system,
    measure,
    difference
from {{ ref('rpt_source_reconciliation') }}
where difference <> 0
