with exported as (
    {{ union_sources(
        ['crm_sources', 'marketing_sources'], 'campaign_responses',
        crm_ids=['response_id', 'campaign_id', 'person_id'],
        identifiers=['person_id']
    ) }}
),

later_conversions as (select * from {{ ref('later_conversions') }}),

compared as (
    select
        exported.*,
        coalesce(later_conversions.person_id, exported.person_id) as person_id_at_as_of,
        coalesce(exported.responded_at >= {{ as_of_end() }}, false) as is_later
    from exported
    left join later_conversions on exported.person_id = later_conversions.converted_to_person_id
),

-- A person who responds after as_of is only a member at as_of; the earlier status is unknown.
responses as (
    select
        source_system,
        response_id,
        campaign_id,
        person_id_at_as_of as person_id,
        case when not is_later then response_status end as response_status,
        case when is_later then false else is_responded end as is_responded,
        case when not is_later then responded_at end as responded_at
    from compared
)

select * from responses
