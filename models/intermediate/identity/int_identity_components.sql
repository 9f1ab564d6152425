{{ config(materialized='fixpoint') }}

-- Labels are hashes: with increasing identifiers, a long chain of links would need far more rounds.
select
    identifier,
    least(md5(identifier), min(md5(other_identifier))) as component
from {{ ref('int_identity_links') }}
group by identifier

{{ then_repeat() }}

with links as (select * from {{ ref('int_identity_links') }}),

labels as (
    select * from {{ previous() }}
),

-- The smallest label linked to any identifier with the same label.
nearest_labels as (
    select
        labels.component,
        min(neighbours.component) as nearest_component
    from links
    inner join labels on links.identifier = labels.identifier
    inner join labels as neighbours on links.other_identifier = neighbours.identifier
    where neighbours.component < labels.component
    group by labels.component
),

-- Follow two such steps in one round.
followed as (
    select
        nearest_labels.component,
        coalesce(further.nearest_component, nearest_labels.nearest_component) as nearest_component
    from nearest_labels
    left join nearest_labels as further
        on nearest_labels.nearest_component = further.component
),

relabelled as (
    select
        labels.identifier,
        coalesce(followed.nearest_component, labels.component) as component
    from labels
    left join followed on labels.component = followed.component
)

select * from relabelled
