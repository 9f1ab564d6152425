with components as (
    select * from {{ ref('int_identity_components') }}
),

links as (
    select * from {{ ref('int_identity_links') }}
),

too_large as (
    select
        component,
        count(*) as records_count
    from components
    group by component
    having count(*) > {{ var('identity_max_records') }}
),

members as (
    select
        components.identifier,
        components.identifier_type,
        components.component,
        too_large.records_count
    from components
    inner join too_large on components.component = too_large.component
),

-- What an email or user id is linked to: CRM records, and other emails and user ids.
neighbours as (
    select
        members.identifier,
        min(case when others.identifier_type = 'crm' then others.identifier end) as crm_identifier,
        count(case when others.identifier_type = 'crm' then 1 end) as crm_links_count,
        min(case when others.identifier_type <> 'crm' then others.identifier end) as web_identifier,
        count(case when others.identifier_type <> 'crm' then 1 end) as web_links_count
    from members
    inner join links on members.identifier = links.identifier
    inner join members as others on links.other_identifier = others.identifier
    where members.identifier_type <> 'crm'
    group by members.identifier
),

-- A user id and an email that know no other of their kind go together.
splits as (
    select
        members.identifier,
        members.component,
        case
            when neighbours.crm_links_count = 1 then neighbours.crm_identifier
            when
                neighbours.crm_links_count = 0 and neighbours.web_links_count = 1
                and partners.web_links_count = 1 and partners.crm_links_count = 1
                then partners.crm_identifier
            else members.identifier
        end as stays_with_identifier,
        members.records_count
    from members
    left join neighbours on members.identifier = neighbours.identifier
    left join neighbours as partners on neighbours.web_identifier = partners.identifier
)

select * from splits
