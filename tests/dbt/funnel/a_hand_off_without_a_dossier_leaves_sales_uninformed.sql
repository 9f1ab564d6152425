-- Every hand-off has one dossier, without touches after the hand-off.
select
    handoffs.handoff_id,
    dossiers.last_touch_at
from {{ ref('fct_handoffs') }} as handoffs
left join {{ ref('rpt_handoff_dossier') }} as dossiers
    on handoffs.handoff_id = dossiers.handoff_id
where dossiers.handoff_id is null or dossiers.last_touch_at > handoffs.handed_off_at
