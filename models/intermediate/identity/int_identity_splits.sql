with records as (select * from {{ ref('int_identity_records') }}),

components as (select * from {{ ref('int_identity_components') }}),

links as (select * from {{ ref('int_identity_links') }}),

members as (
    select
        records.identifier,
        records.identifier_type,
        components.component,
        count(*) over (partition by components.component) as records_count
    from records
    inner join components on records.identifier = components.identifier
    qualify records_count > {{ var('identity_max_records') }}
),

-- CRM records, emails and user ids linked to an email or user id.
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

-- A user id and an email that are linked only to each other stay together.
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
