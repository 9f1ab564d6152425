-- Two records of one human under two keys split that human's journey: no link joins two.
-- A component that was split on purpose (identity_max_records) is left out.
with links as (
    select * from {{ ref('int_identity_links') }}
),

components as (
    select * from {{ ref('int_identity_components') }}
)

select
    links.identifier,
    links.other_identifier,
    here.component,
    there.component as other_component
from links
left join components as here on links.identifier = here.identifier
left join components as there on links.other_identifier = there.identifier
where here.component is distinct from there.component
