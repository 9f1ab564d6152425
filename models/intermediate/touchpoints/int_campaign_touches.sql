with campaign_responses as (
    select * from {{ ref('campaign_responses') }}
    where is_responded
),

campaigns as (
    select * from {{ ref('int_campaigns') }}
),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

campaign_touches as (
    select
        campaign_responses.response_id,
        campaign_responses.campaign_id,
        person_identifiers.person_key,
        coalesce(campaigns.channel, 'Unassigned') as channel,
        campaign_responses.responded_at
    from campaign_responses
    inner join person_identifiers on campaign_responses.person_id = person_identifiers.identifier
    left join campaigns on campaign_responses.campaign_id = campaigns.campaign_id
    where campaign_responses.responded_at is not null
)

select * from campaign_touches
