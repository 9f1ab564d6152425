with people as (select * from {{ ref('people') }}),

record_merges as (
    select * from {{ ref('record_merges') }}
    where record_type = 'person'
),

identifications as (select * from {{ ref('int_web_identifications') }}),

emails as (
    select * from {{ ref('int_identity_emails') }}
    where not is_shared
),

sightings as (
    select
        'crm:' || person_id as identifier,
        'crm' as identifier_type,
        created_at as seen_at
    from people
    union all
    select
        'crm:' || merged_id as identifier,
        'crm' as identifier_type,
        cast(null as timestamp) as seen_at
    from record_merges
    union all
    select
        'crm:' || survivor_id as identifier,
        'crm' as identifier_type,
        cast(null as timestamp) as seen_at
    from record_merges
    union all
    select
        'user:' || user_id as identifier,
        'user' as identifier_type,
        occurred_at as seen_at
    from identifications
    where user_id is not null
    union all
    select
        'email:' || email as identifier,
        'email' as identifier_type,
        occurred_at as seen_at
    from identifications
    where email in (select emails.email from emails)
    union all
    select
        'email:' || email as identifier,
        'email' as identifier_type,
        cast(null as timestamp) as seen_at
    from emails
    union all
    select
        'crm:' || person_id as identifier,
        'crm' as identifier_type,
        occurred_at as seen_at
    from identifications
    where person_id is not null
),

records as (
    select
        identifier,
        identifier_type,
        min(seen_at) as first_seen_at
    from sightings
    group by identifier, identifier_type
)

select * from records
