create table touches (
    touch bigint, person bigint, company bigint, phase integer, channel varchar,
    touched_at timestamp,
    is_lead_touch boolean
)
