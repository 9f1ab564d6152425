-- Everything delivered is in a mart or listed as set aside: otherwise no total can be trusted.
select
    source_system,
    measure,
    difference
from {{ ref('rpt_source_reconciliation') }}
where difference <> 0
