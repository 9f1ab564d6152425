-- Linked identifiers are in the same component. Components that were split on purpose
-- (identity_max_records) are checked before the split.
with links as (select * from {{ ref('int_identity_links') }}),

components as (select * from {{ ref('int_identity_components') }})

select
    links.identifier,
    links.other_identifier,
    here.component,
    there.component as other_component
from links
left join components as here on links.identifier = here.identifier
left join components as there on links.other_identifier = there.identifier
where here.component is distinct from there.component
