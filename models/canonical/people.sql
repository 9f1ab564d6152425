{%- set all_changes -%}
    partition by person_id
    order by changed_at asc nulls last, status asc nulls last, owner_id asc nulls last
    rows between unbounded preceding and unbounded following
{%- endset -%}
with exported as (
    {{ union_sources(
        ['crm_sources', 'marketing_sources'], 'people',
        crm_ids=['person_id', 'account_id', 'owner_id', 'converted_to_person_id', 'converted_opportunity_id'],
        with_later=true,
        identifiers=['person_id', 'email', 'converted_to_person_id'],
        details=['self_reported_source', 'company_name', 'job_title']
    ) }}
),

later_changes as (select * from {{ ref('later_person_status_changes') }}),

last_known as (
    select
        person_id,
        {{ last_known('status', all_changes) }} as last_status,
        {{ last_known('owner_id', all_changes) }} as last_owner_id
    from {{ ref('person_status_changes') }}
    qualify row_number() over (
        partition by person_id
        order by changed_at desc nulls last, status desc nulls last, owner_id desc nulls last
    ) = 1
),

later_statuses as (
    select * from later_changes
    where status is not null or previous_status is not null
    qualify row_number() over (
        partition by person_id order by changed_at asc nulls last, status asc nulls last
    ) = 1
),

later_owners as (
    select * from later_changes
    where owner_id is not null or previous_owner_id is not null
    qualify row_number() over (
        partition by person_id order by changed_at asc nulls last, owner_id asc nulls last
    ) = 1
),

-- For a value that changed after as_of, use the one before the change; null if no history has it.
-- A conversion after as_of also changes the status of the lead.
compared as (
    select
        exported.*,
        coalesce(exported.converted_at >= {{ as_of_end() }}, false) as is_converted_later,
        case
            when later_statuses.person_id is not null
                then coalesce(later_statuses.previous_status, last_known.last_status)
            when exported.converted_at >= {{ as_of_end() }} then last_known.last_status
            else exported.status
        end as status_at_as_of,
        case
            when later_owners.person_id is not null
                then coalesce(later_owners.previous_owner_id, last_known.last_owner_id)
            else exported.owner_id
        end as owner_id_at_as_of
    from exported
    left join last_known on exported.person_id = last_known.person_id
    left join later_statuses on exported.person_id = later_statuses.person_id
    left join later_owners on exported.person_id = later_owners.person_id
    where exported.created_at is null or exported.created_at < {{ as_of_end() }}
),

people as (
    select
        source_system,
        person_id,
        record_type,
        email,
        self_reported_source,
        account_id,
        company_name,
        job_title,
        country,
        lead_source,
        status_at_as_of as status,
        owner_id_at_as_of as owner_id,
        case when not is_converted_later then converted_to_person_id end as converted_to_person_id,
        case when not is_converted_later then converted_opportunity_id end
            as converted_opportunity_id,
        is_email_opted_out,
        case when not is_converted_later then converted_at end as converted_at,
        created_at
    from compared
)

select * from people
