-- Over all months, each account (each person without one) that entered a stage counts once,
-- whatever the number of its people; the same for accounts with a win.
with reported as (
    select
        case when from_stage = 'lead' then 'lead' else 'opportunity' end as stage,
        sum(entered_accounts_count) as entered_count,
        sum(converted_accounts_count) as won_count
    from {{ ref('rpt_funnel_conversion') }}
    where
        basis = 'cohort'
        and window_days is null
        and from_stage in ('lead', 'opportunity')
        and to_stage = 'customer'
        and channel <> '(all)'
        and segment <> '(all)'
    group by from_stage
),

buyers as (
    select
        coalesce(account_id, person_key, opportunity_id) as buyer_id,
        max(case when lead_at is not null then 1 else 0 end) as is_lead,
        max(case when opportunity_at is not null then 1 else 0 end) as is_opportunity,
        max(case when customer_at is not null then 1 else 0 end) as is_customer
    from {{ ref('fct_journeys') }}
    where person_key is not null or opportunity_id is not null
    group by coalesce(account_id, person_key, opportunity_id)
),

counted as (
    select
        stages.stage,
        sum(case stages.stage when 'lead' then buyers.is_lead else buyers.is_opportunity end)
            as entered_count,
        sum(
            case stages.stage when 'lead' then buyers.is_lead else buyers.is_opportunity end
            * buyers.is_customer
        ) as won_count
    from buyers
    cross join (values ('lead'), ('opportunity')) as stages (stage)
    group by stages.stage
)

select
    counted.*,
    reported.entered_count as reported_entered_count,
    reported.won_count as reported_won_count
from counted
left join reported on counted.stage = reported.stage
where
    counted.entered_count <> coalesce(reported.entered_count, 0)
    or counted.won_count <> coalesce(reported.won_count, 0)
