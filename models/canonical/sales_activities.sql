with exported as (
    {{ union_sources(
        ['crm_sources', 'meeting_sources'], 'sales_activities',
        crm_ids=['person_id', 'account_id', 'opportunity_id', 'owner_id', 'campaign_id'],
        own_ids=['activity_id', 'rescheduled_from_id'],
        with_later=true,
        identifiers=['person_id', 'email']
    ) }}
),

later_conversions as (select * from {{ ref('later_conversions') }}),

replaced_later as (
    select distinct rescheduled_from_id as activity_id
    from exported
    where created_at >= {{ as_of_end() }}
),

compared as (
    select
        exported.*,
        coalesce(later_conversions.person_id, exported.person_id) as person_id_at_as_of,
        coalesce(
            coalesce(exported.occurred_at, exported.scheduled_at) >= {{ as_of_end() }}, false
        ) as is_ahead,
        replaced_later.activity_id is not null as is_replaced_later
    from exported
    left join later_conversions on exported.person_id = later_conversions.converted_to_person_id
    left join replaced_later on exported.activity_id = replaced_later.activity_id
    where exported.created_at is null or exported.created_at < {{ as_of_end() }}
),

-- Activities after as_of are booked. So is a meeting that was cancelled by a later booking.
activities as (
    select
        source_system,
        activity_id,
        activity_type,
        person_id_at_as_of as person_id,
        account_id,
        opportunity_id,
        owner_id,
        case
            when is_ahead and activity_status in ('held', 'done', 'no_show') then 'booked'
            when is_replaced_later and activity_status = 'cancelled' then 'booked'
            else activity_status
        end as activity_status,
        campaign_id,
        channel,
        rescheduled_from_id,
        email,
        case when not is_ahead then is_connected end as is_connected,
        scheduled_at,
        case when not is_ahead then occurred_at end as occurred_at,
        created_at
    from compared
)

select * from activities
