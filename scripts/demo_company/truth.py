"""What really happened, beside the raw data and never read by a model.

Who is who, whose device it was when, and what each channel brought about.
"""

import duckdb


def build(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
    create schema truth;

    -- Spans of use: a device that changes hands has one row per turn.
    create table truth.devices as
    with turns as (
        select
            device, person, started_at, session,
            person is distinct from lag(person) over (partition by device order by started_at,
                session) as is_change
        from sessions
        where person is not null
    ),

    numbered as (
        select *, sum(is_change::integer) over (partition by device order by started_at,
            session) as turn from turns
    )

    select
        code(device, 'device') as anonymous_id,
        'human_' || any_value(person) as human_id,
        min(started_at) as used_from,
        max(started_at) as used_to
    from numbered
    group by device, turn
    union all
    select code(device, 'device'), 'visitor_' || device, min(started_at), max(started_at)
    from sessions
    where person is null
    group by device;

    create table truth.people as
    select 'human_' || person as human_id, 'lead' as identifier_type, lead_id as identifier
        from crm_leads
    union all
    select 'human_' || person, 'contact', '003' || lpad(person::varchar, 9, '0') from crm_contacts
    union all
    select 'human_' || person, 'email', email from people
    where person in (select person from crm_leads) or person in (select person from crm_contacts)
    union all
    select distinct 'human_' || person, 'user',
        case when u(person, 'crm user id') < 0.1 then '00Q' || lpad(person::varchar, 9, '0')
            else 'u_' || person end
    from sessions
    where is_identified and person is not null
    union all
    -- A visitor who tried the product has a user id and an email, and no record of the CRM.
    select distinct 'visitor_' || device, 'email', email from sessions
    where is_identified and person is null
    union all
    select distinct 'visitor_' || device, 'user', 'u_t' || device from sessions
    where is_identified and person is null;

    create table won_values as
    select
        company,
        dropped,
        is_won and close_at <= as_of_end() as is_won,
        (amount * rate)::decimal(18, 2) as amount
    from won_scenarios
    inner join (select company, amount, currency, opportunity_at, close_at from all_deals
        where type = 'New Business') as won_deals using (company)
    inner join exchange_rates
        on exchange_rates.day = opportunity_at::date
            and exchange_rates.currency = won_deals.currency;

    create table truth.channel_effects as
    with revenue as (
        select dropped, coalesce(sum(amount) filter (where is_won), 0)::decimal(18, 2) as revenue,
            count(*) filter (where is_won) as won_deals_count
        from won_values
        group by dropped
    ),

    reached as (
        select dropped, count(*) filter (where is_opportunity) as opportunities_count
        from opportunity_scenarios
        inner join (select company from crm_deals) using (company)
        group by dropped
    ),

    results as (
        select
            dropped, coalesce(revenue, 0)::decimal(18, 2) as revenue, coalesce(won_deals_count,
                0) as won_deals_count,
            coalesce(opportunities_count, 0) as opportunities_count
        from scenarios
        left join revenue using (dropped)
        left join reached using (dropped)
    ),

    full_run as (
        select * from results where dropped = '(none)'
    )

    select
        case results.dropped when '(all)' then '(baseline)' else results.dropped end as channel,
        case results.dropped when '(all)' then results.revenue
            else full_run.revenue - results.revenue end::decimal(18, 2)
            as incremental_revenue,
        full_run.revenue as revenue_with,
        case results.dropped when '(all)' then 0 else results.revenue end::decimal(18,
            2) as revenue_without,
        case results.dropped when '(all)' then results.won_deals_count
            else full_run.won_deals_count - results.won_deals_count end
            as incremental_won_deals,
        case results.dropped when '(all)' then results.opportunities_count
            else full_run.opportunities_count - results.opportunities_count
                end as incremental_opportunities
    from results
    cross join full_run
    where results.dropped <> '(none)';
    """)
