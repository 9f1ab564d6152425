with accounts as (select * from {{ ref('int_accounts') }}),

opportunities as (
    select * from {{ ref('int_opportunities') }}
    where is_won
),

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
    group by account_id
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
        accounts.industry,
        accounts.size_band,
        accounts.segment,
        accounts.country,
        first_touches.channel as first_touch_channel,
        account_fit.icp_fit,
        cast(account_fit.icp_points as bigint) as icp_points,
        accounts.employee_count,
        first_wins.first_won_at is not null as is_customer,
        accounts.created_at,
        first_wins.first_won_at
    from accounts
    left join account_fit on accounts.account_id = account_fit.account_id
    left join first_wins on accounts.account_id = first_wins.account_id
    left join first_touches on accounts.account_id = first_touches.account_id
)

select * from final
