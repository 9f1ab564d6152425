with reported as (
    select
        coalesce(sum(won_amount), 0) as won_amount,
        coalesce(sum(influenced_amount + not_influenced_amount), 0) as split_amount,
        coalesce(sum(marketing_spend), 0) as spend,
        coalesce(max(case when sourced_amount > influenced_amount then 1 else 0 end), 0)
            as sourced_without_influence
    from {{ ref('rpt_marketing_contribution') }}
),

expected as (
    select
        (
            select coalesce(sum(conversion_value), 0) from {{ ref('fct_conversions') }}
            where conversion_type = 'won' and converted_at is not null
        ) as won_amount,
        (
            select coalesce(sum(spend), 0) from {{ ref('int_spend') }}
            where spend_date is not null
        ) as spend
)

select
    reported.*,
    expected.won_amount as expected_amount,
    expected.spend as expected_spend
from reported
cross join expected
where
    reported.won_amount <> expected.won_amount
    or reported.split_amount <> expected.won_amount
    or reported.spend <> expected.spend
    or reported.sourced_without_influence = 1
