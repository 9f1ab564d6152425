with accounts as (
    select
        account_id,
        split_part(
            regexp_replace(lower(trim(website_domain)), '^(https?://)?(www[.])?', ''), '/', 1
        ) as domain,
        created_at
    from {{ ref('accounts') }}
),

account_domains as (
    select
        domain,
        account_id
    from accounts
    where domain <> ''
    qualify row_number() over (
        partition by domain order by created_at asc nulls last, account_id asc nulls last
    ) = 1
)

select * from account_domains
