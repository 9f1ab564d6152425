with opportunity_changes as (
    {{ union_sources(
        ['crm_sources'], 'opportunity_changes',
        crm_ids=['opportunity_id', 'owner_id'],
        with_later=true
    ) }}
),

-- Raw rows after as_of are rejected, including duplicates.
later_changes as (
    select * from opportunity_changes
    where changed_at >= {{ as_of_end() }}
    qualify row_number() over (
        partition by opportunity_id, changed_at, stage, amount, close_date
        order by owner_id asc nulls last, forecast_category asc nulls last
    ) = 1
)

select * from later_changes
