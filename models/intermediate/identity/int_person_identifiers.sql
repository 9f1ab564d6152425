with records as (select * from {{ ref('int_identity_records') }}),

components as (select * from {{ ref('int_identity_components') }}),

splits as (select * from {{ ref('int_identity_splits') }}),

people as (
    select
        records.identifier,
        records.identifier_type,
        splits.identifier is not null as is_split,
        coalesce(splits.stays_with_identifier, components.component, records.identifier) as person,
        records.first_seen_at
    from records
    left join components on records.identifier = components.identifier
    left join splits on records.identifier = splits.identifier
),

named as (
    select
        identifier,
        identifier_type,
        is_split,
        first_value(identifier) over (
            partition by person
            order by first_seen_at nulls last, identifier
        ) as key_identifier,
        first_seen_at
    from people
),

person_identifiers as (
    select
        identifier_type,
        substr(identifier, position(':' in identifier) + 1) as identifier,
        md5(key_identifier) as person_key,
        md5(identifier) as identifier_key,
        is_split,
        first_seen_at
    from named
)

select * from person_identifiers
