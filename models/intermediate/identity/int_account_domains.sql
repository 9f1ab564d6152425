with accounts as (
    select
        account_id,
        {{ website_domain('website_domain') }} as domain,
        created_at
    from {{ ref('accounts') }}
),

survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'account'
),

account_domains as (
    select
        accounts.domain,
        coalesce(survivors.survivor_id, accounts.account_id) as account_id
    from accounts
    left join survivors on accounts.account_id = survivors.merged_id
    where accounts.domain <> ''
    qualify row_number() over (
        partition by accounts.domain
        order by accounts.created_at asc nulls last, accounts.account_id asc nulls last
    ) = 1
)

select * from account_domains
