-- A row per month of a contract. Fewer seats count from the next billing period on, more of them at
-- once, with a pair of proration lines where a period is longer than a month.
create table contract_months as
with grid as (
    select
        contracts.*,
        month_number
    from contracts, range(60) as months (month_number)
    where
        month_number < paid_months
        and started_at + to_months(month_number::integer) <= as_of_end()
),

changes as (
    select
        *,
        case
            when month_number = 0 then seats
            when
                u(contract * 100 + month_number, 'change')
                < case when is_engaged(company) then 0.055 else 0.012 end
                then greatest(1, floor(seats * (0.1 + 0.35 * u(
                    contract * 100 + month_number,
                    'more'
                )))::bigint)
            when
                u(contract * 100 + month_number, 'change') > 0.988
                and month_number % months = 0
                then -greatest(1, floor(seats * (0.1 + 0.2 * u(
                    contract * 100 + month_number,
                    'less'
                )))::bigint)
            else 0
        end as wanted_change
    from grid
),

totals as (
    select
        *,
        greatest(
            1, sum(wanted_change) over (partition by contract order by month_number)::bigint
        ) as seats_after
    from changes
)

select
    *,
    coalesce(
        lag(seats_after) over (partition by contract order by month_number),
        0
    ) as seats_before,
    month_number - month_number % months as period_month,
    to_second(started_at + to_months(month_number::integer)) as month_at
from totals
