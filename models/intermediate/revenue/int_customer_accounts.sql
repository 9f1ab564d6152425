with revenue_lines as (select * from {{ ref('revenue_lines') }}),

subscriptions as (select * from {{ ref('subscriptions') }}),

people as (select * from {{ ref('people') }}),

survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'account'
),

mentions as (
    select
        'customer' as identifier_type,
        customer_id as identifier,
        account_id
    from revenue_lines
    union all
    select
        'customer' as identifier_type,
        customer_id as identifier,
        account_id
    from subscriptions
    union all
    select
        'subscription' as identifier_type,
        subscription_id as identifier,
        account_id
    from subscriptions
    union all
    select
        'person' as identifier_type,
        person_id as identifier,
        account_id
    from people
),

distinct_mentions as (
    select distinct
        mentions.identifier_type,
        mentions.identifier,
        coalesce(survivors.survivor_id, mentions.account_id) as account_id
    from mentions
    left outer join survivors on mentions.account_id = survivors.merged_id
    where mentions.identifier is not null and mentions.account_id is not null
),

-- Ignore identifiers that occur with several accounts.
unambiguous as (
    select
        identifier_type,
        identifier,
        min(account_id) as account_id
    from distinct_mentions
    group by identifier_type, identifier
    having count(*) = 1
)

select * from unambiguous
