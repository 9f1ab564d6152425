{{ config(enabled='hubspot' in var('crm_sources')) }}

with raw_contacts as (
    select * from {{ raw('hubspot', 'contact') }}
),

raw_companies as (
    select * from {{ raw('hubspot', 'company') }}
),

raw_audit as (
    select * from {{ raw('hubspot', 'contact_merge_audit') }}
),

raw_merged_deals as (
    select * from {{ raw('hubspot', 'merged_deal') }}
),

-- The survivor lists all records that were merged into it, separated by semicolons; only the audit
-- has the time.
listed as (
    select
        'person' as record_type,
        {{ words_of('property_hs_merged_object_ids') }} as merged_id,
        id as survivor_id,
        cast(null as timestamp) as merged_at
    from raw_contacts
    union all
    select
        'account' as record_type,
        {{ words_of('property_hs_merged_object_ids') }} as merged_id,
        id as survivor_id,
        cast(null as timestamp) as merged_at
    from raw_companies
    union all
    select
        'person' as record_type,
        vid_to_merge as merged_id,
        canonical_vid as survivor_id,
        timestamp as merged_at
    from raw_audit
    union all
    select
        'opportunity' as record_type,
        merged_deal_id as merged_id,
        deal_id as survivor_id,
        cast(null as timestamp) as merged_at
    from raw_merged_deals
),

merged_records as (
    select
        listed.record_type,
        listed.merged_id,
        listed.survivor_id,
        case when listed.record_type = 'person' then raw_contacts.property_email end as email,
        listed.merged_at
    from listed
    left join raw_contacts on listed.merged_id = raw_contacts.id
    where listed.merged_id <> '' and listed.merged_id <> listed.survivor_id
    qualify row_number() over (
        partition by listed.record_type, listed.merged_id
        order by listed.merged_at desc nulls last, listed.survivor_id asc nulls last
    ) = 1
)

select * from merged_records
