{{ config(severity='warn') }}

-- Until the shared address is in seed shared_addresses, or identity_max_records is raised, each
-- CRM record of such a component stands alone.
with splits as (
    select * from {{ ref('int_identity_splits') }}
),

links as (
    select * from {{ ref('int_identity_links') }}
),

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

-- One row per split component; what has the most links is the likely culprit.
select
    component,
    max(records_count) as records_count,
    max_by(identifier, links_count) as most_linked_identifier,
    max(links_count) as most_links_count,
    max(records_count) || ' CRM records are linked by something they share, ' || max(links_count)
    || ' of the links by one identifier, which dbt show names. If it is shared, add it to rule'
    || ' shared_addresses; if they are one person, raise identity_max_records' as finding
from links_of_members
group by component
