{%- set linking = var('opportunity_contact_linking') -%}
{%- if linking not in ['explicit', 'implicit', 'hybrid'] -%}
    {%- do exceptions.raise_compiler_error(
        "var opportunity_contact_linking is '" ~ linking ~ "'; it must be explicit, implicit or hybrid"
    ) -%}
{%- endif -%}

with opportunities as (select * from {{ ref('int_opportunities') }}),

opportunity_contacts as (select * from {{ ref('opportunity_contacts') }}),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'opportunity'
),

people as (select * from {{ ref('people') }}),

known_people as (select * from {{ ref('int_people') }}),

role_people as (
    select
        coalesce(survivors.survivor_id, opportunity_contacts.opportunity_id) as opportunity_id,
        person_identifiers.person_key,
        max(case when opportunity_contacts.is_primary then 1 else 0 end) as primary_rank
    from opportunity_contacts
    inner join person_identifiers on opportunity_contacts.person_id = person_identifiers.identifier
    left join survivors on opportunity_contacts.opportunity_id = survivors.merged_id
    group by
        coalesce(survivors.survivor_id, opportunity_contacts.opportunity_id),
        person_identifiers.person_key
),

with_roles as (
    select distinct opportunity_id
    from role_people
),

-- Fans out on purpose: every person of the account counts as linked to its opportunities.
account_people as (
    select
        opportunities.opportunity_id,
        known_people.person_key,
        0 as primary_rank
    from opportunities
    inner join known_people on opportunities.account_id = known_people.account_id
    left join with_roles on opportunities.opportunity_id = with_roles.opportunity_id
    where with_roles.opportunity_id is null or '{{ linking }}' = 'implicit'
),

linked_people as (
    select
        role_people.opportunity_id,
        role_people.person_key,
        role_people.primary_rank,
        'contact_role' as linking_method
    from role_people
    inner join opportunities on role_people.opportunity_id = opportunities.opportunity_id
    where '{{ linking }}' in ('explicit', 'hybrid')
    union all
    select
        opportunity_id,
        person_key,
        primary_rank,
        'account' as linking_method
    from account_people
    where '{{ linking }}' in ('implicit', 'hybrid')
),

people_created as (
    select
        person_identifiers.person_key,
        min(people.created_at) as created_at
    from people
    inner join person_identifiers on people.person_id = person_identifiers.identifier
    group by person_identifiers.person_key
),

-- One primary person per opportunity: the primary role, else the first one created in the CRM;
-- ties by key.
ranked_people as (
    select
        linked_people.opportunity_id,
        linked_people.person_key,
        linked_people.linking_method,
        row_number() over (
            partition by linked_people.opportunity_id
            order by
                linked_people.primary_rank desc nulls last,
                people_created.created_at asc nulls last,
                linked_people.person_key asc nulls last
        ) as person_rank
    from linked_people
    left join people_created on linked_people.person_key = people_created.person_key
),

final as (
    select
        opportunity_id,
        person_key,
        linking_method,
        person_rank,
        person_rank = 1 as is_primary
    from ranked_people
)

select * from final
