create table contracts as
with first_ones as (
    select
        deals.company,
        1 as number,
        to_second(in_office(
            close_at + seconds_of(u(deals.company, 'start') * 5),
            u(deals.company, 'start hour')
        )) as started_at
    from deals
    where is_won and close_at <= as_of_end()
    union all
    select
        company,
        1,
        to_second(timestamp '2024-01-02 09:00:00' + seconds_of(u(
            company,
            'start'
        ) * 28))
    from companies
    where is_launch_customer
),

-- Full months until a customer leaves, and to the end of the period paid for.
lives as (
    select
        *,
        1 + floor(
            ln(1 - u(company, 'life'))
            / ln(1 - case when is_engaged(company) then 0.013 else 0.034 end)
        )::bigint as life_months
    from first_ones
),

ended as (
    select
        lives.*,
        offers.* exclude (company),
        ceil(life_months::double / months)::bigint * months as paid_months
    from lives
    inner join offers using (company)
),

-- One in four that left comes back with a contract of its own.
returned as (
    select
        * replace (
            2 as number,
            started_at + to_months(paid_months::integer) + seconds_of(50 + u(
                company,
                'pause'
            ) * 130) as started_at,
            36 as paid_months,
            greatest(2, seats * 3 // 4) as seats
        )
    from ended
    where u(company, 'return') < 0.25
),

-- Some buy the other product line as well.
second_lines as (
    select
        ended.* exclude (product_line, price_id, unit_amount) replace (
            3 as number,
            started_at + seconds_of(90 + u(company, 'second') * 240) as started_at,
            greatest(2, seats // 2) as seats
        ),
        prices.product_line,
        prices.price_id,
        prices.unit_amount
    from ended
    inner join price_list as prices
        on
            ended.currency = prices.currency
            and ended.plan_interval = prices.plan_interval
            and ended.list_number = prices.list_number
            and ended.product_line <> prices.product_line
    where
        u(company, 'second line') < case when is_engaged(company) then 0.22 else 0.04 end
        and paid_months > 12
),

united as (
    select * from ended
    union all by name
    select * from returned
    union all by name
    select * from second_lines
)

select
    * exclude (life_months, yearly_amount),
    company * 10 + number as contract,
    'sub_' || company || '_' || number as subscription_id,
    to_second(started_at + to_months(paid_months::integer)) as ends_at
from united
where started_at <= as_of_end()
