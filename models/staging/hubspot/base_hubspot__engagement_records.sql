{{ config(enabled='hubspot' in var('crm_sources')) }}

with engagements as (select * from {{ ref('base_hubspot__engagements') }}),

raw_people as (
    select * from {{ raw('hubspot', 'engagement_contact') }}
),

raw_companies as (
    select * from {{ raw('hubspot', 'engagement_company') }}
),

raw_deals as (
    select * from {{ raw('hubspot', 'engagement_deal') }}
),

-- An engagement may have several people, companies and deals. Take one each, so that no activity
-- counts twice.
people as (
    select
        engagement_id,
        min(contact_id) as person_id
    from raw_people
    group by engagement_id
),

companies as (
    select
        engagement_id,
        min(company_id) as account_id
    from raw_companies
    group by engagement_id
),

deals as (
    select
        engagement_id,
        min(deal_id) as opportunity_id
    from raw_deals
    group by engagement_id
),

records as (
    select
        engagements.*,
        people.person_id,
        companies.account_id,
        deals.opportunity_id
    from engagements
    left join people on engagements.engagement_id = people.engagement_id
    left join companies on engagements.engagement_id = companies.engagement_id
    left join deals on engagements.engagement_id = deals.engagement_id
)

select * from records
