"""Stripe: prices, customers, subscriptions and what was invoiced, refunded and credited.

A subscription is a grid of months from its start. Seats change at the start of a month: fewer of
them count from the next period on, more of them at once, with the usual pair of proration lines
where a period is longer than a month.
"""

import duckdb


def build_prices(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
    create table price_list as
    with monthly as (
        select * from (values
            ('Analytics', 'USD', 3000), ('Analytics', 'EUR', 2800), ('Analytics', 'GBP', 2400),
                ('Analytics', 'JPY', 4500),
            ('Automation', 'USD', 4500), ('Automation', 'EUR', 4200), ('Automation', 'GBP', 3600),
                ('Automation', 'JPY', 6800)
        ) as monthly(product_line, currency, monthly_amount)
    ),

    intervals as (
        select * from (values ('month', 1, 'month', 1, 100), ('quarter', 3, 'month', 3, 96),
            ('year', 12, 'year', 1, 84))
            as intervals(plan_interval, months, recurring_interval, recurring_interval_count,
                percent)
    )

    select
        'price_' || lower(product_line) || '_' || plan_interval || '_'
            || lower(currency) as price_id,
        *,
        monthly_amount * months * percent // 100 as unit_amount
    from monthly, intervals
    union all
    select
        'price_services_' || lower(currency), 'Services', currency, null, 'once', null, null, null,
            null, amount
    from (values ('USD', 250000), ('EUR', 230000), ('GBP', 200000), ('JPY',
        380000)) as services(currency, amount);

    create schema stripe;
    create table stripe.price as
    select
        price_id as id,
        'prod_' || lower(product_line) as product_id,
        product_line || case plan_interval when 'once' then '' else ' ' || plan_interval
            end as nickname,
        lower(currency) as currency,
        case plan_interval when 'once' then 'one_time' else 'recurring' end as type,
        recurring_interval,
        recurring_interval_count::bigint as recurring_interval_count,
        unit_amount::bigint as unit_amount,
        unit_amount::decimal(18, 6) as unit_amount_decimal,
        timestamp '2024-01-01 00:00:00' as created,
        synced() as _fivetran_synced
    from price_list
    """)


def build_contracts(con: duckdb.DuckDBPyConnection) -> None:
    """What each company buys: the size of a deal, and the subscriptions that come of it."""
    con.execute("""
    create table offers as
    select
        companies.company,
        companies.currency,
        companies.segment,
        product_line,
        plan_interval,
        price_id,
        months,
        unit_amount,
        seats,
        seats * unit_amount * (12 // months) as yearly_amount
    from (
        select
            *,
            case
                when segment = 'enterprise' then pick(['year', 'year', 'quarter'], u(company,
                    'interval'))
                else pick(['month', 'month', 'month', 'quarter', 'year'], u(company, 'interval'))
            end as plan_interval,
            case segment
                when 'smb' then whole(u(company, 'seats'), 3, 20) when 'mid' then whole(u(company,
                    'seats'), 15, 90)
                else whole(u(company, 'seats'), 80, 320)
            end as seats
        from companies
    ) as companies
    inner join price_list using (product_line, currency, plan_interval);

    create table contracts as
    with first_ones as (
        select
            deals.company,
            1 as number,
            to_second(in_office(close_at + seconds_of(u(deals.company, 'start') * 5),
                u(deals.company, 'start hour'))) as started_at
        from deals
        where is_won and close_at <= as_of_end()
        union all
        select company, 1, to_second(timestamp '2024-01-02 09:00:00' + seconds_of(u(company,
            'start') * 28))
        from companies
        where is_launch_customer
    ),

    -- Full months until a customer leaves: 1.8 % a month, and to the end of the period paid for.
    lives as (
        select *, 1 + floor(ln(1 - u(company, 'life')) / ln(1 - 0.018))::bigint as life_months
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
                started_at + to_months(paid_months::integer) + seconds_of(50 + u(company,
                    'pause') * 130) as started_at,
                36 as paid_months,
                greatest(2, seats * 3 // 4) as seats
            )
        from ended
        where u(company, 'return') < 0.25
    ),

    -- One in eight buys the other product line as well.
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
                prices.currency = ended.currency
                and prices.plan_interval = ended.plan_interval
                and prices.product_line <> ended.product_line
        where u(company, 'second line') < 0.12 and paid_months > 12
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
    where started_at <= as_of_end();

    create table contract_months as
    with grid as (
        select contracts.*, month_number
        from contracts, range(24) as months(month_number)
        where month_number < paid_months
            and started_at + to_months(month_number::integer) <= as_of_end()
    ),

    changes as (
        select
            *,
            case
                when month_number = 0 then seats
                when u(contract * 100 + month_number, 'change') < 0.035
                    then greatest(1, floor(seats * (0.1 + 0.35 * u(contract * 100 + month_number,
                        'more')))::bigint)
                when u(contract * 100 + month_number, 'change') > 0.988
                    and month_number % months = 0
                    then -greatest(1, floor(seats * (0.1 + 0.2 * u(contract * 100 + month_number,
                        'less')))::bigint)
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
        coalesce(lag(seats_after) over (partition by contract order by month_number),
            0) as seats_before,
        month_number - month_number % months as period_month,
        to_second(started_at + to_months(month_number::integer)) as month_at
    from totals
    """)


def build_invoices(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
    create table invoice_lines as
    with periods as (
        select
            *,
            to_second(started_at + to_months(period_month::integer)) as period_start,
            to_second(started_at + to_months((period_month + months)::integer)) as period_end
        from contract_months
    ),

    regular as (
        select
            'in_' || contract || '_' || month_number as invoice_id,
            1 as line_number,
            * exclude (seats, wanted_change),
            seats_after * unit_amount as amount,
            seats_after as quantity,
            false as proration,
            product_line || ' ' || plan_interval || ' plan, ' || seats_after
                || ' seats' as description,
            case when u(contract, 'discount') < 0.15 then seats_after * unit_amount // 10
                end as discount_amount,
            period_start as line_start
        from periods
        where month_number % months = 0
    ),

    prorated as (
        select
            'in_' || contract || '_' || month_number as invoice_id,
            side as line_number,
            * exclude (seats, wanted_change, side),
            case side
                when 1 then -(seats_before * unit_amount
                    * (months - month_number % months) // months)
                else seats_after * unit_amount * (months - month_number % months) // months
            end as amount,
            case side when 1 then seats_before else seats_after end as quantity,
            true as proration,
            case side when 1 then 'Unused time on ' || seats_before else 'Remaining time on '
                || seats_after end
            || ' seats ' || product_line as description,
            null::bigint as discount_amount,
            month_at as line_start
        from periods, (values (1), (2)) as sides(side)
        where month_number % months <> 0 and seats_after > seats_before
    ),

    services as (
        select
            'in_' || contract || '_s' || order_number as invoice_id,
            1 as line_number,
            contracts.* exclude (product_line, price_id, unit_amount),
            'Services' as product_line,
            prices.price_id,
            prices.unit_amount * days as amount,
            days as quantity,
            false as proration,
            case order_number when 1 then 'Implementation' else 'Training' end || ', ' || days
                || ' days' as description,
            in_office(started_at + seconds_of(10 + u(contract * 10 + order_number,
                'services') * 200), u(contract, 'service hour')) as line_start
        from (
            select *, order_number, whole(u(contract * 10 + order_number, 'days'), 1, 4) as days
            from contracts, (values (1), (2)) as orders(order_number)
            where number = 1 and u(contract * 10 + order_number, 'buys') < case order_number when 1
                then 0.35 else 0.15 end
        ) as contracts
        inner join price_list as prices on prices.currency = contracts.currency
            and prices.plan_interval = 'once'
    )

    select * from regular
    union all by name
    select * from prorated
    union all by name
    select * exclude (seats, order_number, days), to_second(line_start) as period_start,
        to_second(line_start) as period_end
    from services
    where line_start <= as_of_end();

    create table invoices as
    select
        invoice_id,
        any_value(company) as company,
        any_value(currency) as currency,
        any_value(contract) as contract,
        any_value(case when product_line = 'Services' then null
            else subscription_id end) as subscription_id,
        sum(amount - coalesce(discount_amount, 0))::bigint as total,
        to_second(min(line_start) + to_seconds(3600)) as created_at,
        min(line_start) as period_start,
        max(period_end) as period_end,
        u(invoice_id, 'fate') as fate
    from invoice_lines
    group by invoice_id;

    create table stripe.invoice as
    select
        invoice_id as id,
        'cus_' || company as customer_id,
        subscription_id,
        lower(currency) as currency,
        case
            when fate < 0.006 then 'void' when fate < 0.010 then 'uncollectible'
            when created_at > timestamp '2025-12-18' and fate > 0.4 then 'open' else 'paid'
        end as status,
        total,
        created_at as created,
        period_start,
        period_end,
        false as is_deleted,
        synced() as _fivetran_synced
    from invoices
    where created_at <= as_of_end();

    create table stripe.invoice_line_item as
    select
        replace(invoice_id, 'in_', 'il_') || '_' || line_number as id,
        invoice_id,
        amount::bigint as amount,
        lower(currency) as currency,
        description,
        discount_amount::bigint as discount_amount,
        case when product_line <> 'Services' then price_id end as plan_id,
        price_id,
        proration,
        quantity::bigint as quantity,
        case when product_line <> 'Services' then subscription_id end as subscription_id,
        case when product_line <> 'Services' then replace(subscription_id, 'sub_', 'si_')
            end as subscription_item_id,
        case when product_line = 'Services' or proration then 'invoiceitem' else 'subscription'
            end as type,
        to_second(line_start) as period_start,
        period_end,
        synced() as _fivetran_synced
    from invoice_lines
    where invoice_id in (select id from stripe.invoice);

    create table stripe.charge as
    select
        replace(id, 'in_', 'ch_') as id,
        id as invoice_id,
        customer_id,
        total as amount,
        currency,
        'succeeded' as status,
        created + to_seconds(120) as created,
        synced() as _fivetran_synced
    from stripe.invoice
    where status = 'paid' and total > 0;

    -- Full or half refunds, most of them in a later month than the invoice.
    create table stripe.refund as
    select
        replace(id, 'ch_', 're_') as id,
        id as charge_id,
        case when u(id, 'half') < 0.4 then amount else amount // 2 end as amount,
        currency,
        pick(['requested_by_customer', 'duplicate', 'requested_by_customer'], u(id,
            'reason')) as reason,
        'succeeded' as status,
        to_second(in_office(created + seconds_of(3 + u(id, 'wait') * 35), u(id,
            'hour'))) as created,
        synced() as _fivetran_synced
    from stripe.charge
    where u(id, 'refund') < 0.012 and created < timestamp '2025-11-15';

    create table stripe.credit_note as
    with noted as (
        select *, to_second(in_office(created + seconds_of(5 + u(id, 'note wait') * 30), u(id,
            'note hour'))) as noted_at
        from stripe.invoice
        where status in ('paid', 'uncollectible') and total > 1000
            and created < timestamp '2025-11-15'
    )

    select
        replace(id, 'in_', 'cn_') as id,
        id as invoice_id,
        total // 5 as amount,
        currency,
        'order_change' as reason,
        case when u(id, 'void note') < 0.1 then 'void' else 'issued' end as status,
        null::varchar as refund_id,
        noted_at as created,
        case when u(id, 'void note') < 0.1 then noted_at + to_days(2) end as voided_at,
        synced() as _fivetran_synced
    from noted
    where u(id, 'note') < 0.010
    union all
    -- A credit note that documents a refund: the same money once more.
    select
        replace(refund.id, 're_', 'cnr_'), charge.invoice_id, refund.amount, refund.currency,
            'product_unsatisfactory', 'issued',
        refund.id, refund.created, null, synced()
    from stripe.refund as refund
    inner join stripe.charge as charge on charge.id = refund.charge_id
    where u(refund.id, 'documented') < 0.3
    """)


def build_customers(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
    create table contract_states as
    select
        contracts.*,
        last_months.seats_after,
        last_months.period_start,
        last_months.period_end,
        ends_at <= as_of_end() as is_ended
    from contracts
    inner join (
        select
            contract,
            arg_max(seats_after, month_number) as seats_after,
            max(to_second(started_at + to_months(period_month::integer))) as period_start,
            max(to_second(started_at + to_months((period_month + months)::integer))) as period_end
        from contract_months
        group by contract
    ) as last_months using (contract);

    create table stripe.subscription as
    select
        subscription_id as id,
        'cus_' || company as customer_id,
        case when is_ended then 'canceled' when u(contract, 'dunning') < 0.015 then 'past_due'
            else 'active' end as status,
        started_at as start_date,
        case when is_ended then ends_at end as ended_at,
        case when is_ended then to_second(ends_at - seconds_of(1 + u(contract, 'notice') * 20))
            end as canceled_at,
        period_start as current_period_start,
        period_end as current_period_end,
        started_at as created,
        synced() as _fivetran_synced
    from contract_states;

    create table stripe.subscription_item as
    select
        replace(subscription_id, 'sub_', 'si_') as id,
        subscription_id,
        price_id as plan_id,
        seats_after as quantity,
        started_at as created,
        synced() as _fivetran_synced
    from contract_states;

    create table stripe.customer as
    select
        'cus_' || company as id,
        'billing@' || domain as email,
        company_name as name,
        lower(currency) as currency,
        '{"account_id": "001' || lpad(company::varchar, 9, '0') || '"}' as metadata,
        started_at - interval 1 hour as created,
        false as is_deleted,
        synced() as _fivetran_synced
    from companies
    inner join (select company, min(started_at) as started_at from contracts group by company)
        using (company)
    """)


def build(con: duckdb.DuckDBPyConnection) -> None:
    build_prices(con)
    build_contracts(con)
    build_invoices(con)
    build_customers(con)
