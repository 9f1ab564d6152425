with people as (select * from {{ ref('people') }}),

record_merges as (select * from {{ ref('record_merges') }}),

identifications as (
    select distinct email from {{ ref('int_web_identifications') }}
),

email_events as (select * from {{ ref('email_events') }}),

sales_activities as (select * from {{ ref('sales_activities') }}),

shared_addresses as (select * from {{ ref('shared_addresses') }}),

emails as (
    select {{ normalised_email('email') }} as email from people
    union
    select {{ normalised_email('email') }} as email from record_merges
    union
    select email from identifications
    union
    select {{ normalised_email('email') }} as email from email_events
    union
    select {{ normalised_email('email') }} as email from sales_activities
),

described as (
    select
        emails.email,
        split_part(emails.email, '@', 2) as domain,
        shared_parts.address is not null or shared_wholes.address is not null as is_shared
    from emails
    left join shared_addresses as shared_parts
        on
            shared_parts.match_on = 'local_part'
            and split_part(emails.email, '@', 1) = lower(shared_parts.address)
    left join shared_addresses as shared_wholes
        on
            shared_wholes.match_on = 'address'
            and emails.email = lower(shared_wholes.address)
    where emails.email is not null
)

select * from described
