with pairs as (select * from {{ ref('erasure_pairs') }}),

account_domains as (
    select distinct {{ website_domain('website_domain') }} as domain
    from {{ ref('accounts') }}
),

both_ways as (
    select
        identifier_kind,
        identifier,
        other_identifier,
        is_record,
        is_other_record
    from pairs
    where not is_requested
    union
    select
        identifier_kind,
        other_identifier as identifier,
        identifier as other_identifier,
        is_other_record as is_record,
        is_record as is_other_record
    from pairs
    where not is_requested
),

counted as (
    select
        *,
        count(*) over (partition by identifier) as links_count,
        count(case when is_other_record then 1 end) over (partition by identifier)
            as records_count,
        count(*) over (partition by other_identifier) as other_links_count,
        count(case when is_record then 1 end) over (partition by other_identifier)
            as other_records_count
    from both_ways
),

-- A person of more than identity_max_records is split (int_identity_splits). What then stays
-- together: an email or user id of one record only, or one that has no other link.
all_links as (
    select
        identifier_kind,
        identifier,
        other_identifier,
        case
            when is_record and is_other_record then false
            when is_record then other_records_count = 1
            when is_other_record then records_count = 1
            else
                (records_count = 0 and links_count = 1)
                or (other_records_count = 0 and other_links_count = 1)
        end as is_exclusive,
        false as is_requested
    from counted
    union all
    select
        identifier_kind,
        identifier,
        other_identifier,
        true as is_exclusive,
        true as is_requested
    from pairs
    where is_requested
),

-- Keep the domain of an email if it is an account's: it decides to which account a person belongs.
links as (
    select distinct
        {{ erasure_key('all_links.identifier', 'all_links.identifier_kind') }} as identifier_key,
        {{ erasure_key('all_links.other_identifier', 'all_links.identifier_kind') }}
            as other_identifier_key,
        {{ sha256_text(
            "'" ~ var('email_hash_salt') ~ "' || all_links.identifier_kind || all_links.identifier"
        ) }} as identifier_hash,
        case
            when all_links.identifier like '%_@_%'
                then coalesce(account_domains.domain, 'erased.invalid')
        end as email_domain,
        all_links.is_exclusive,
        all_links.is_requested
    from all_links
    left join account_domains
        on split_part(all_links.identifier, '@', 2) = account_domains.domain
)

select * from links
