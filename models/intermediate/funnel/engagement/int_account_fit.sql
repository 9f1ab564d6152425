with accounts as (select * from {{ ref('int_accounts') }}),

icp_rules as (select * from {{ ref('icp_rules') }}),

account_domains as (select * from {{ ref('int_account_domains') }}),

target_accounts as (select * from {{ ref('target_accounts') }}),

-- A target account is named by its id or by its domain.
targets as (
    select
        account_id,
        tier
    from target_accounts
    where account_id <> ''
    union all
    select
        account_domains.account_id,
        target_accounts.tier
    from target_accounts
    inner join account_domains
        on lower(trim(target_accounts.domain)) = account_domains.domain
),

tiers as (
    select
        account_id,
        min(tier) as target_tier
    from targets
    group by account_id
),

given_rules as (
    select count(*) as rules_count from icp_rules
),

properties as (
    select
        account_id,
        'size_band' as attribute,
        nullif(size_band, 'unknown') as value
    from accounts
    union all
    select
        account_id,
        'industry' as attribute,
        industry as value
    from accounts
    union all
    select
        account_id,
        'country' as attribute,
        country as value
    from accounts
),

scored as (
    select
        properties.account_id,
        count(properties.value) as known_count,
        coalesce(sum(icp_rules.points), 0) as icp_points
    from properties
    left join icp_rules
        on
            properties.attribute = icp_rules.attribute
            and lower(trim(properties.value)) = lower(icp_rules.value)
    group by properties.account_id
),

fitted as (
    select
        scored.account_id,
        scored.icp_points,
        tiers.target_tier,
        case
            when scored.known_count = 0 or given_rules.rules_count = 0 then 'unknown'
            when scored.icp_points >= {{ var('icp_good_points') }} then 'good'
            when scored.icp_points >= {{ var('icp_fair_points') }} then 'fair'
            else 'poor'
        end as icp_fit
    from scored
    left join tiers on scored.account_id = tiers.account_id
    cross join given_rules
)

select * from fitted
