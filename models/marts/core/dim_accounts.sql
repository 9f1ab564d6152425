with accounts as (select * from {{ ref('int_accounts') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

opportunity_contacts as (select * from {{ ref('opportunity_contacts') }}),

customers as (select * from {{ ref('int_customers') }}),

as_of as (select * from {{ ref('as_of') }}),

account_fit as (select * from {{ ref('int_account_fit') }}),

touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where account_id is not null
),

first_wins as (
    select
        account_id,
        min(closed_at) as first_won_at
    from opportunities
    where is_won
    group by account_id
),

buying_roles as (
    select
        opportunities.account_id,
        count(distinct lower(trim(opportunity_contacts.contact_role))) as buying_roles_count
    from opportunities
    inner join opportunity_contacts
        on opportunities.opportunity_id = opportunity_contacts.opportunity_id
    group by opportunities.account_id
),

-- An account becomes a customer by a won opportunity, a sale or a subscription.
starts as (
    select
        account_id as customer_id,
        {{ reporting_date('first_won_at') }} as started_date
    from first_wins
    union all
    select
        customer_id,
        started_date
    from customers
),

first_starts as (
    select
        starts.customer_id,
        min(starts.started_date) as customer_since
    from starts
    inner join as_of on starts.started_date <= as_of.as_of_date
    group by starts.customer_id
),

numbered_touches as (
    select
        account_id,
        channel,
        row_number() over (
            partition by account_id order by touched_at, touchpoint_id
        ) as touch_number
    from touchpoints
),

first_touches as (
    select * from numbered_touches
    where touch_number = 1
),

final as (
    select
        accounts.account_id,
        accounts.parent_account_id,
        accounts.owner_id,
        accounts.account_name,
        owners.owner_name,
        accounts.industry,
        accounts.size_band,
        accounts.segment,
        accounts.country,
        first_touches.channel as first_touch_channel,
        account_fit.icp_fit,
        account_fit.target_tier,
        cast(account_fit.icp_points as bigint) as icp_points,
        accounts.employee_count,
        cast(coalesce(buying_roles.buying_roles_count, 0) as bigint) as buying_roles_count,
        first_starts.customer_since is not null as is_customer,
        coalesce(customers.is_active, false) as is_active_customer,
        first_starts.customer_since,
        accounts.created_at,
        first_wins.first_won_at
    from accounts
    left join {{ ref('owners') }} as owners on accounts.owner_id = owners.owner_id
    left join account_fit on accounts.account_id = account_fit.account_id
    left join buying_roles on accounts.account_id = buying_roles.account_id
    left join first_wins on accounts.account_id = first_wins.account_id
    left join first_starts on accounts.account_id = first_starts.customer_id
    left join customers on accounts.account_id = customers.customer_id
    left join first_touches on accounts.account_id = first_touches.account_id
)

select * from final
