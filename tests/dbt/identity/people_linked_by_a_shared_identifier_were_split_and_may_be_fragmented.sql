{{ config(severity='warn') }}

-- Each CRM record of a split component is a person of its own until the shared address is in seed
-- shared_addresses or identity_max_records is raised.
with splits as (select * from {{ ref('int_identity_splits') }}),

links as (select * from {{ ref('int_identity_links') }}),

links_of_members as (
    select
        splits.component,
        splits.identifier,
        splits.records_count,
        count(*) as links_count
    from splits
    inner join links on splits.identifier = links.identifier
    group by splits.component, splits.identifier, splits.records_count
)

-- One row per split component, with its most linked identifier, which is the likely cause.
select
    component,
    max(records_count) as records_count,
    max_by(identifier, links_count) as most_linked_identifier,
    max(links_count) as most_links_count,
    max(records_count) || ' records are linked by a shared identifier, ' || max(links_count)
    || ' links by a single one (see dbt show). If it is shared, add it to rule'
    || ' shared_addresses; if they are one person, raise identity_max_records' as finding
from links_of_members
group by component
