with people as (
    select
        *,
        {{ normalised_email('email') }} as normalised_email
    from {{ ref('people') }}
),

record_merges as (
    select
        *,
        {{ normalised_email('email') }} as normalised_email
    from {{ ref('record_merges') }}
    where record_type = 'person'
),

identifications as (
    select distinct
        user_id,
        person_id,
        email
    from {{ ref('int_web_identifications') }}
),

personal_emails as (
    select email from {{ ref('int_identity_emails') }}
    where not is_shared
),

-- Links through shared addresses are excluded below.
stated as (
    select
        'crm:' || person_id as identifier,
        'email:' || normalised_email as other_identifier,
        normalised_email as through_email
    from people
    union all
    select
        'crm:' || person_id as identifier,
        'crm:' || converted_to_person_id as other_identifier,
        cast(null as string) as through_email
    from people
    union all
    select
        'crm:' || merged_id as identifier,
        'crm:' || survivor_id as other_identifier,
        cast(null as string) as through_email
    from record_merges
    union all
    select
        'crm:' || survivor_id as identifier,
        'email:' || normalised_email as other_identifier,
        normalised_email as through_email
    from record_merges
    union all
    select
        'user:' || user_id as identifier,
        'email:' || email as other_identifier,
        email as through_email
    from identifications
    union all
    select
        'user:' || user_id as identifier,
        'crm:' || person_id as other_identifier,
        cast(null as string) as through_email
    from identifications
    union all
    select
        'crm:' || person_id as identifier,
        'email:' || email as other_identifier,
        email as through_email
    from identifications
    union all
    select
        'user:' || identifications.user_id as identifier,
        'crm:' || people.person_id as other_identifier,
        cast(null as string) as through_email
    from identifications
    inner join people on identifications.user_id = people.person_id
),

links as (
    select
        stated.identifier,
        stated.other_identifier
    from stated
    left join personal_emails on stated.through_email = personal_emails.email
    where
        stated.identifier is not null
        and stated.other_identifier is not null
        and stated.identifier <> stated.other_identifier
        and (stated.through_email is null or personal_emails.email is not null)
),

both_ways as (
    select
        identifier,
        other_identifier
    from links
    union
    select
        other_identifier as identifier,
        identifier as other_identifier
    from links
)

select * from both_ways
