"""Salesforce (people, deals, their history, campaigns, activities) and Calendly."""

import duckdb

from demo_company.basis import FIRST_NAMES, LAST_NAMES

STAGES = [
    # Name, share of the way from creation to close at which it begins, probability, forecast
    # category as it is shown and as the API says it.
    ("Prospecting", 0.00, 10, "Pipeline", "Pipeline"),
    ("Qualification", 0.06, 20, "Pipeline", "Pipeline"),
    ("Needs Analysis", 0.18, 30, "Pipeline", "Pipeline"),
    ("Value Proposition", 0.38, 50, "Best Case", "BestCase"),
    ("Proposal/Price Quote", 0.58, 75, "Best Case", "BestCase"),
    ("Negotiation/Review", 0.80, 90, "Commit", "Forecast"),
]


def build_users(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
    create schema salesforce;
    create table salesforce.user as
    select
        user_id as id,
        {FIRST_NAMES}[1 + (member * 3 + length(team)) % 31] || ' '
        || {LAST_NAMES}[1 + (member * 5 + ascii(team)) % 28] as name,
        team as department,
        case when member > 0 then manager_id end as manager_id,
        true as is_active,
        synced() as _fivetran_synced
    from staff
    """)


def build_campaigns(con: duckdb.DuckDBPyConnection) -> None:
    """Conferences, webinars, syndications and partners, and the online programmes."""
    con.execute("""
    create table programmes as
    select
        '701' || lpad((1000 + number)::varchar, 9, '0') as campaign_id,
        'Conference ' || year(start_date) || ' Q' || quarter(start_date) as campaign_name,
        'Conference' as campaign_type, 'Event' as channel, start_date, start_date + 90 as end_date,
            14000 + 2000 * (number % 3) as cost
    from (select number, (date '2024-01-01' + to_months(number::integer * 3))::date as start_date
        from range(8) as numbers(number))
    union all
    select
        '701' || lpad((2000 + number)::varchar, 9, '0'), 'Webinar ' || strftime(start_date,
            '%Y-%m'), 'Webinar', 'Event',
        start_date, last_day(start_date), 1200 + 100 * (number % 4)
    from (select number, (date '2024-01-01' + to_months(number::integer))::date as start_date
        from range(24) as numbers(number))
    union all
    select
        '701' || lpad((3000 + number)::varchar, 9, '0'), 'Whitepaper syndication '
            || strftime(start_date, '%Y-%m'),
        'Content Syndication', 'Content Syndication', start_date,
            (start_date + interval 6 months)::date - 1, 9000
    from (select number, (date '2024-01-01' + to_months(number::integer * 6))::date as start_date
        from range(4) as numbers(number))
    union all
    select
        '701' || lpad((4000 + number)::varchar, 9, '0'), 'Partner referrals ' || year(start_date),
            'Partner', 'Partner',
        start_date, start_date + 364, 6000
    from (select number, (date '2024-01-01' + to_years(number::integer))::date as start_date
        from range(2) as numbers(number));

    create table salesforce.campaign as
    with online as (
        select * from (values
            ('701000005001', 'Newsletter', 'Email', 'Email', 'Nurture'),
            ('701000005002', 'Onboarding nurture', 'Email', 'Email', 'Nurture'),
            ('701000005003', 'brand', 'Advertisement', 'Paid Search', 'Acquisition'),
            ('701000005004', 'analytics-nonbrand', 'Advertisement', 'Paid Search', 'Acquisition'),
            ('701000005005', 'linkedin-abm', 'Advertisement', 'Paid Social', 'Acquisition'),
            ('701000005006', 'Paid > Brand', 'Advertisement', 'Paid Search', 'Acquisition'),
            ('701000005007', 'Upsell automation', 'Email', null, 'Expansion')
        ) as online(id, name, type, channel_c, lifecycle_motion_c)
    ),

    all_campaigns as (
        select *, date '2024-01-01' as start_date, date '2025-12-31' as end_date, null as cost
            from online
        union all
        select campaign_id, campaign_name, campaign_type, channel, 'Acquisition', start_date,
            end_date, cost from programmes
    )

    select
        id,
        name,
        type,
        case when end_date < date '2025-12-31' then 'Completed' else 'In Progress' end as status,
        channel_c,
        lifecycle_motion_c,
        start_date::date as start_date,
        end_date::date as end_date,
        (cost * 1.1)::decimal(18, 2) as budgeted_cost,
        -- What online programmes cost stands with the ad platforms, never in both places.
        cost::decimal(18, 2) as actual_cost,
        'USD' as currency_iso_code,
        null::varchar as parent_id,
        timestamp '2024-01-01 08:00:00' as created_date,
        false as is_deleted,
        synced() as _fivetran_synced
    from all_campaigns
    """)


def build_records(con: duckdb.DuckDBPyConnection) -> None:
    """Which people and companies stand in the CRM, as what, since when."""
    con.execute("""
    create table crm_deals as
    select *, '006' || lpad((company * 10)::varchar, 9, '0') as opportunity_id from deals
        where opportunity_at <= as_of_end();

    create table crm_members as
    select group_members.*, opportunity_id, champion, to_second(case when was_lead
            then greatest(crm_deals.opportunity_at, joined_at + interval 1 hour)
                else joined_at end) as contact_at
    from group_members
    inner join crm_deals using (company)
    where joined_at < crm_deals.close_at;

    create table crm_contacts as
    select person, company, contact_at, was_lead from crm_members where contact_at <= as_of_end()
    union all
    select person, company, timestamp '2024-01-02 08:00:00', false from people
        where is_launch_customer;

    create table crm_leads as
    select
        leads.*,
        '00Q' || lpad(person::varchar, 9, '0') as lead_id,
        case when contact_at <= as_of_end() then contact_at end as converted_at,
        opportunity_id,
        case channel
            when 'Event' then 'Trade Show' when 'Content Syndication' then 'Content Syndication'
                when 'Partner' then 'Partner'
            when 'Sales' then 'Outbound' when 'Paid Search' then 'Advertisement' when 'Paid Social'
                then 'Advertisement'
            when 'Display' then 'Advertisement' when 'Referral' then 'Customer Referral' else 'Web'
        end as lead_source
    from leads
    left join crm_members using (person, company)
    where lead_at <= as_of_end();

    create table crm_companies as
    select
        companies.*,
        case
            when is_launch_customer or u(company, 'imported') < 0.25
                then timestamp '2024-01-01 08:00:00'
            else first_contact_at - interval 1 minute
        end as account_at
    from companies
    left join (select company, min(contact_at) as first_contact_at
        from crm_contacts group by company) using (company)
    where is_launch_customer or u(company, 'imported') < 0.25 or first_contact_at is not null;

    create table salesforce.account as
    select
        '001' || lpad(company::varchar, 9, '0') as id,
        company_name as name,
        case when u(company, 'website') < 0.9 then 'https://www.' || domain end as website,
        case when u(company, 'known industry') < 0.92 then industry end as industry,
        case when u(company, 'known size') < 0.94 then employees end as number_of_employees,
        (employees * (80000 + floor(u(company, 'revenue') * 170000)::bigint))::decimal(18,
            2) as annual_revenue,
        country as billing_country,
        staff_of('Sales', u(company, 'account owner')) as owner_id,
        case when u(company, 'subsidiary') < 0.03 and company > 40 then
            (select '001' || lpad(min(company)::varchar, 9, '0') from crm_companies
                where is_launch_customer) end as parent_id,
        account_at as created_date,
        false as is_deleted,
        null::varchar as master_record_id,
        synced() as _fivetran_synced
    from crm_companies;

    create table salesforce.contact as
    select
        '003' || lpad(person::varchar, 9, '0') as id,
        '001' || lpad(company::varchar, 9, '0') as account_id,
        person_name as name,
        email,
        title,
        country as mailing_country,
        lead_source,
        null::varchar as status_c,
        staff_of('Sales', u(company, 'account owner')) as owner_id,
        u(person, 'opted out') < 0.02 as has_opted_out_of_email,
        null::varchar as self_reported_source_c,
        contact_at as created_date,
        false as is_deleted,
        null::varchar as master_record_id,
        synced() as _fivetran_synced
    from crm_contacts
    inner join people using (person, company)
    inner join companies using (company)
    left join (select person, lead_source from crm_leads) using (person);
    """)


def build_lead_history(con: duckdb.DuckDBPyConnection) -> None:
    """Every change of a lead's status and owner.

    A few skip a stage, some go back to marketing, some of those return.
    """
    con.execute("""
    create table lead_facts as
    select
        crm_leads.*,
        mqls.mql_at,
        pursuits.sal_at as group_sal_at,
        pursuits.sql_at as group_sql_at,
        pursuits.champion = crm_leads.person as is_champion,
        pursuits.is_sal,
        pursuits.is_sql,
        u(crm_leads.person, 'fate') as fate
    from crm_leads
    left join mqls on mqls.person = crm_leads.person
    left join pursuits on pursuits.company = crm_leads.company;

    create table lead_steps as
    with accepted as (
        select
            *,
            case when mql_at is not null and is_sal and (is_champion or u(person, 'accepted') < 0.7)
                then to_second(greatest(in_office(mql_at + seconds_of(0.1 + u(person, 'sal') * 2),
                    u(person, 'sal hour')),
                    mql_at + interval 30 minute)) end as own_sal_at
        from lead_facts
    ),

    qualified as (
        select
            * exclude (own_sal_at),
            case when is_champion then case when is_sal then group_sal_at end else own_sal_at
                end as sal_at,
            case
                when is_champion and is_sql then group_sql_at
                when own_sal_at is not null and is_sql and u(person, 'qualified') < 0.6
                    then to_second(greatest(in_office(own_sal_at + seconds_of(1 + u(person,
                        'sql') * 9), u(person, 'sql hour')),
                        own_sal_at + interval 1 hour))
            end as sql_at
        from accepted
    ),

    -- Those that got stuck: back to marketing or out.
    ended as (
        select
            *,
            case
                when converted_at is not null then null
                when mql_at is null and fate < 0.15
                    then to_second(in_office(lead_at + seconds_of(20 + u(person, 'end') * 90),
                        u(person, 'end hour')))
                when mql_at is not null and fate < 0.9
                    then to_second(in_office(coalesce(sql_at, sal_at,
                        mql_at) + seconds_of(3 + u(person, 'end') * 26), u(person, 'end hour')))
            end as ended_at
        from qualified
    )

    select person, lead_id, mql_at as changed_at, 'Marketing Qualified' as status, 1 as step
    from ended where mql_at is not null and (u(person, 'skip mql') >= 0.05 or sal_at is null)
    union all
    select person, lead_id, lead_at + interval 3 hour, 'Working - Contacted', 0
    from ended where channel = 'Sales' and (mql_at is null or mql_at > lead_at + interval 4 hour)
    union all
    select person, lead_id, sal_at, 'Sales Accepted', 2
    from ended where sal_at is not null and (u(person, 'skip sal') >= 0.07 or sql_at is null)
        and (converted_at is null or sal_at < converted_at)
    union all
    select person, lead_id, sql_at, 'Sales Qualified', 3
    from ended where sql_at is not null and (converted_at is null or sql_at < converted_at)
    union all
    select person, lead_id, ended_at, case when fate < 0.09 or fate > 0.55 then 'Disqualified'
        else 'Recycled' end, 4
    from ended where ended_at is not null
    union all
    select person, lead_id, to_second(in_office(ended_at + seconds_of(30 + u(person,
        'again') * 130), u(person, 'again hour'))),
        'Marketing Qualified', 5
    from ended where ended_at is not null and mql_at is not null and fate between 0.09 and 0.25
    union all
    select person, lead_id, to_second(in_office(ended_at + seconds_of(175 + u(person,
        'again') * 30), u(person, 'again hour'))),
        'Disqualified', 6
    from ended where ended_at is not null and mql_at is not null and fate between 0.09 and 0.17;

    delete from lead_steps where changed_at > as_of_end();

    -- From marketing to an SDR soon after the MQL, to an account executive once qualified.
    create table lead_owners as
    with handoffs as (
        select
            person, lead_id, to_second(changed_at + to_seconds(300 + floor(u(person,
                'handoff') * 14000)::bigint)) as changed_at,
            staff_of('SDR', u(person, 'sdr')) as owner_id, 1 as step
        from lead_steps
        where step = 1
        union all
        select person, lead_id, changed_at + interval 5 minute, staff_of('Sales', u(person // 10,
            'account owner')), 3
        from lead_steps
        where step = 3
        union all
        select person, lead_id, changed_at + interval 1 hour, staff_of('Marketing', u(person,
            'marketing')), 4
        from lead_steps
        where step = 4 and status = 'Recycled'
    )

    select * from handoffs where changed_at <= as_of_end();

    create table salesforce.lead_history as
    with all_changes as (
        select
            lead_id, 'Status' as field, changed_at, step,
            coalesce(lag(status) over (partition by lead_id order by changed_at, step),
                'Open - Not Contacted') as old_value,
            status as new_value
        from lead_steps
        union all
        select
            lead_id, 'Owner', changed_at, step,
            coalesce(lag(owner_id) over (partition by lead_id order by changed_at, step),
                staff_of('Marketing', u(person, 'marketing'))),
            owner_id
        from lead_owners
    )

    select
        '017' || upper(code(lead_id || field || step, 'history'))[:12] as id,
        lead_id,
        field,
        old_value,
        new_value,
        '005000002001' as created_by_id,
        changed_at as created_date,
        false as is_deleted,
        synced() as _fivetran_synced
    from all_changes;

    create table salesforce.lead as
    select
        lead_id as id,
        person_name as name,
        case when u(crm_leads.person, 'typed') < 0.05 then upper(email[1]) || email[2:] else email
            end as email,
        company_name as company,
        title,
        country,
        lead_source,
        coalesce(last_status.status, 'Open - Not Contacted') as status,
        coalesce(last_owner.owner_id, staff_of('Marketing', u(crm_leads.person,
            'marketing'))) as owner_id,
        u(crm_leads.person, 'opted out') < 0.02 as has_opted_out_of_email,
        case when conversion = 'demo_requested' and u(crm_leads.person, 'asked') < 0.6
            then pick(['Google', 'A friend', 'Podcast', 'LinkedIn', 'ChatGPT', 'Event',
                'Colleague'], u(crm_leads.person, 'told')) end
            as self_reported_source_c,
        converted_at is not null as is_converted,
        converted_at as converted_date,
        case when converted_at is not null then '003' || lpad(crm_leads.person::varchar, 9, '0')
            end as converted_contact_id,
        case when converted_at is not null then '001' || lpad(crm_leads.company::varchar, 9, '0')
            end as converted_account_id,
        case when converted_at is not null then opportunity_id end as converted_opportunity_id,
        lead_at as created_date,
        false as is_deleted,
        null::varchar as master_record_id,
        synced() as _fivetran_synced
    from crm_leads
    inner join people using (person)
    inner join companies on companies.company = crm_leads.company
    left join (select person, arg_max(status, (changed_at, step)) as status
        from lead_steps group by person) as last_status
        on last_status.person = crm_leads.person
    left join (select person, arg_max(owner_id, (changed_at, step)) as owner_id
        from lead_owners group by person) as last_owner
        on last_owner.person = crm_leads.person
    """)


def build_deals(con: duckdb.DuckDBPyConnection) -> None:
    """New business of the response model; expansions and renewals of the contracts."""
    stages = ", ".join(
        f"({number}, '{name}', {share}, {probability}, '{category}', '{api}')"
        for number, (name, share, probability, category, api) in enumerate(STAGES, 1)
    )
    con.execute(f"""
    create table stages as
    select * from (values {stages}) as stages(stage_number, stage_name, share, probability,
        category_name, category);

    create table all_deals as
    with new_business as (
        select
            company, opportunity_id, 'New Business' as type, offers.product_line, offers.currency,
            offers.yearly_amount::bigint as minor_amount, opportunity_at, close_at, is_won
        from crm_deals
        inner join offers using (company)
    ),

    expansions as (
        select
            company, '006' || lpad((company * 10 + contract % 10)::varchar, 9, '0') || month_number,
                'Existing Business',
            product_line, currency,
            ((seats_after - seats_before) * unit_amount * (12 // months))::bigint,
            greatest(in_office(month_at - seconds_of(20 + u(contract * 100 + month_number,
                'lead time') * 45), u(contract, 'hour')),
                timestamp '2024-01-10 10:00:00'),
            to_second(month_at - interval 2 hour),
            true
        from contract_months
        where month_number > 2 and seats_after - seats_before >= 3
    ),

    second_lines as (
        select
            company, '006' || lpad((company * 10 + contract % 10)::varchar, 9, '0') || 'N',
                'Existing Business', product_line, currency,
            (seats * unit_amount * (12 // months))::bigint,
            in_office(started_at - seconds_of(40 + u(contract, 'lead time') * 40), u(contract,
                'hour')),
            to_second(started_at - interval 2 hour), true
        from contracts
        where number = 3
    ),

    failed_expansions as (
        select
            company, '006' || lpad((company * 10 + contract % 10)::varchar, 9, '0') || 'L',
                'Existing Business', product_line, currency,
            (greatest(3, seats // 5) * unit_amount * (12 // months))::bigint,
            in_office(started_at + seconds_of(120 + u(contract, 'try') * 200), u(contract, 'hour')),
            in_office(started_at + seconds_of(160 + u(contract, 'try') * 200 + u(contract,
                'long') * 60), u(contract, 'hour 2')), false
        from contracts
        where u(contract, 'failed expansion') < 0.25
    ),

    renewals as (
        select
            company, '006' || lpad((company * 10 + contract % 10)::varchar, 9, '0') || 'R' || turn,
                'Renewal', product_line, currency,
            (seats * unit_amount)::bigint,
            in_office(started_at + to_months(turn::integer * 12) - seconds_of(75), u(contract,
                'hour')),
            to_second(started_at + to_months(turn::integer * 12) - interval 3 hour),
            paid_months > turn * 12
        from contracts, (values (1), (2)) as turns(turn)
        where months = 12 and paid_months >= turn * 12
    )

    select
        * replace (to_second(opportunity_at) as opportunity_at, to_second(close_at) as close_at),
        close_at <= as_of_end() as is_closed,
        case when currency = 'JPY' then minor_amount::decimal(18, 2)
            else (minor_amount / 100.0)::decimal(18, 2) end as amount,
        staff_of('Sales', u(company, 'account owner')) as owner_id
    from (
        select * from new_business
        union all select * from expansions
        union all select * from second_lines
        union all select * from failed_expansions
        union all select * from renewals
    )
    where opportunity_at <= as_of_end() and close_at > opportunity_at;

    create table deal_changes as
    with spans as (
        select
            *,
            date_diff('second', opportunity_at, close_at) as span,
            -- A lost deal is given up somewhere on the way.
            case when is_won then 6 else whole(u(opportunity_id, 'lost at'), 1, 6)
                end as last_stage,
            -- What sales first expected, and by how much the offer moved.
            floor(amount * pick([0.8, 1.0, 1.0, 1.0, 1.15, 1.3], u(opportunity_id,
                'first amount')))::decimal(18, 2) as first_amount,
            (opportunity_at + to_days(whole(u(opportunity_id, 'expected'), 45,
                100)::integer))::date as first_close_date
        from all_deals
    ),

    steps as (
        select
            opportunity_id, stages.*,
            to_second(opportunity_at + to_seconds(floor(span * share)::bigint)) as changed_at,
            case when stage_number < 4 then first_amount else amount end as amount,
            first_close_date
            + case when stage_number >= 3 and u(opportunity_id, 'push 1') < 0.35 then 30 else 0 end
            + case when stage_number >= 5 and u(opportunity_id, 'push 2') < 0.25 then 45 else 0
                end as planned_close_date
        from spans
        inner join stages on stage_number <= last_stage
        where
            (stage_number = 1 and (u(opportunity_id, 'first stage') < 0.7 or last_stage = 1))
            or (stage_number = 2 and u(opportunity_id, 'first stage') >= 0.7)
            or (stage_number >= 2 and u(opportunity_id || stage_number, 'skipped') >= 0.12)
    ),

    first_steps as (
        select opportunity_id, min(stage_number) as stage_number from steps group by opportunity_id
    ),

    closings as (
        select
            opportunity_id, 9, case when is_won then 'Closed Won' else 'Closed Lost' end, 1.0,
            case when is_won then 100 else 0 end, case when is_won then 'Closed' else 'Omitted' end,
            case when is_won then 'Closed' else 'Omitted' end, close_at, case when is_won
                or last_stage >= 4 then amount else first_amount end,
            close_at::date
        from spans
    ),

    -- A deal begins at its creation, whatever its first stage.
    united as (
        select steps.* replace (case when steps.stage_number = first_steps.stage_number
            then opportunity_at else changed_at end as changed_at)
        from steps
        inner join first_steps using (opportunity_id)
        inner join all_deals using (opportunity_id)
        union all
        select * from closings
    )

    select
        * exclude (planned_close_date),
        greatest(planned_close_date, changed_at::date)::date as close_date
    from united
    where changed_at <= as_of_end();

    create table salesforce.opportunity_history as
    select
        '008' || upper(code(opportunity_id || stage_number, 'stage'))[:12] as id,
        opportunity_id,
        changed_at as created_date,
        stage_name,
        amount::decimal(18, 2) as amount,
        close_date,
        category as forecast_category,
        probability::decimal(18, 2) as probability,
        all_deals.owner_id as created_by_id,
        false as is_deleted,
        synced() as _fivetran_synced
    from deal_changes
    inner join (select opportunity_id, owner_id from all_deals) as all_deals using (opportunity_id);

    create table salesforce.opportunity_field_history as
    with changes as (
        select
            *,
            lag(amount) over deal as old_amount,
            lag(close_date) over deal as old_close_date
        from deal_changes
        window deal as (partition by opportunity_id order by changed_at, stage_number)
    ),

    fields as (
        select opportunity_id, stage_number, changed_at, 'Amount' as field,
            old_amount::varchar as old_value, amount::varchar as new_value
        from changes
        where old_amount <> amount
        union all
        select opportunity_id, stage_number, changed_at, 'CloseDate', old_close_date::varchar,
            close_date::varchar from changes
        where old_close_date <> close_date
    )

    select
        '017' || upper(code(opportunity_id || stage_number || field, 'field'))[:12] as id,
        opportunity_id,
        field,
        old_value,
        new_value,
        owner_id as created_by_id,
        changed_at as created_date,
        false as is_deleted,
        synced() as _fivetran_synced
    from fields
    inner join (select opportunity_id, owner_id from all_deals) as all_deals using (opportunity_id);

    create table salesforce.opportunity as
    with latest as (
        select opportunity_id, max_by(deal_changes, (changed_at, stage_number)) as newest
            from deal_changes group by opportunity_id
    )

    select
        opportunity_id as id,
        '001' || lpad(company::varchar, 9, '0') as account_id,
        company_name || ' - ' || all_deals.product_line as name,
        type,
        newest.stage_name as stage_name,
        newest.amount::decimal(18, 2) as amount,
        all_deals.currency as currency_iso_code,
        newest.probability::decimal(18, 2) as probability,
        owner_id,
        campaigns.campaign_id,
        newest.category_name as forecast_category_name,
        case when is_closed and not is_won then pick(['Price', 'No Decision', 'Lost to Competitor',
            'Missing Feature', 'No Budget'],
            u(opportunity_id, 'reason')) end as loss_reason_c,
        case when u(opportunity_id, 'competitor') < 0.45 then pick(['DataForge', 'Insightly',
            'FlowWorks'], u(opportunity_id, 'which')) end
            as competitor_c,
        all_deals.product_line as product_line_c,
        is_closed,
        is_closed and is_won as is_won,
        newest.close_date as close_date,
        opportunity_at as created_date,
        false as is_deleted,
        synced() as _fivetran_synced
    from all_deals
    inner join latest using (opportunity_id)
    inner join companies using (company)
    left join (
        select opportunity_id, max_by(campaign_id, (touched_at, touch)) as campaign_id
        from crm_deals
        inner join campaign_touches using (company)
        where touched_at < opportunity_at
        group by opportunity_id
    ) as campaigns using (opportunity_id)
    """)


def build_campaign_members(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
    create table campaign_touches as
    select touch, person, company, touched_at, max_by(campaign_id, (start_date,
        campaign_id)) as campaign_id
    from (
        select happened.touch, happened.person, happened.company, happened.touched_at, programmes.*
        from happened
        inner join programmes on
            programmes.channel = happened.channel
            and happened.touched_at::date between programmes.start_date and programmes.end_date
            and (programmes.channel <> 'Event'
                or programmes.campaign_type = case when u(touch, 'event type') < 0.55 then 'Webinar'
                    else 'Conference' end)
    )
    group by touch, person, company, touched_at;

    create table salesforce.campaign_member as
    with responses as (
        -- One membership per person and campaign; the first response counts.
        select person, campaign_id, min(touched_at) as responded_at
        from campaign_touches
        where person in (select person from crm_leads) or person in (select person
            from crm_contacts)
        group by person, campaign_id
    ),

    invited as (
        select crm_leads.person, programmes.campaign_id,
            programmes.start_date::timestamp + interval 9 hour as invited_at
        from crm_leads
        inner join programmes on campaign_type = 'Webinar' and start_date::timestamp between lead_at
            and lead_at + interval 40 day
        where u(crm_leads.person, 'invited') < 0.3
    ),

    members as (
        select person, campaign_id, responded_at, responded_at as created_at from responses
        union all
        select person, campaign_id, null, invited_at from invited anti join responses using (person,
            campaign_id)
    )

    select
        '00v' || upper(code(person || campaign_id, 'member'))[:12] as id,
        campaign_id,
        lead_id,
        case when contacts.person is not null then '003' || lpad(person::varchar, 9, '0')
            end as contact_id,
        case when responded_at is null then 'Sent' when type = 'Webinar' then 'Attended'
            when type = 'Conference' then 'Visited Booth'
            else 'Responded' end as status,
        responded_at is not null as has_responded,
        responded_at as first_responded_date,
        created_at as created_date,
        false as is_deleted,
        synced() as _fivetran_synced
    from members
    left join (select person, lead_id from crm_leads) using (person)
    left join (select person from crm_contacts) as contacts using (person)
    inner join (select id as campaign_id, type from salesforce.campaign) using (campaign_id)
    """)


def build_contact_roles(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
    create table salesforce.opportunity_contact_role as
    with roles as (
        select opportunity_id, person, person = champion as is_primary, contact_at from crm_members
            where contact_at <= as_of_end()
        union all
        -- Expansions and renewals: the first contact of the customer.
        select all_deals.opportunity_id, first_contacts.person, true, all_deals.opportunity_at
        from all_deals
        inner join (select company, min(person) as person, min(contact_at) as contact_at
            from crm_contacts group by company) as first_contacts
            using (company)
        where type <> 'New Business' and contact_at <= opportunity_at
    )

    select
        '00K' || upper(code(opportunity_id || person, 'role'))[:12] as id,
        opportunity_id,
        '003' || lpad(person::varchar, 9, '0') as contact_id,
        case when is_primary then 'Decision Maker' else pick(['Influencer', 'Evaluator',
            'Economic Buyer', 'Technical Buyer',
            'Business User', 'Executive Sponsor'], u(person, 'role')) end as role,
        is_primary,
        contact_at as created_date,
        false as is_deleted,
        synced() as _fivetran_synced
    from roles
    """)


def build_activities(con: duckdb.DuckDBPyConnection) -> None:
    """Follow-up of handed-over leads; sales touches of the response model as calls and meetings."""
    con.execute("""
    create table sales_touches as
    select
        happened.touch, happened.person, happened.company, happened.phase, touched_at,
        case when lead_at <= touched_at and (contact_at is null or contact_at > touched_at)
            then '00Q' || lpad(person::varchar, 9, '0')
            when contact_at is not null then '003' || lpad(person::varchar, 9, '0')
            when lead_at is not null then '00Q' || lpad(person::varchar, 9, '0') end as who_id,
        contact_at <= touched_at as is_contact,
        case when crm_deals.opportunity_at <= touched_at then opportunity_id end as opportunity_id,
        case when phase <= 3 then staff_of('SDR', u(person, 'sdr')) else staff_of('Sales',
            u(company, 'account owner')) end as owner_id,
        case when phase = 1 or u(touch, 'kind') < 0.4 then 'call' when u(touch, 'kind') < 0.75
            then 'event' else 'calendly' end as kind
    from happened
    left join (select person, lead_at from crm_leads) using (person)
    left join (select person, contact_at from crm_contacts) using (person)
    left join (select company, opportunity_id, opportunity_at from crm_deals) as crm_deals
        using (company)
    where channel = 'Sales' and (lead_at is not null or contact_at is not null);

    create table salesforce.task as
    with attempts as (
        select
            person, lead_id, attempt, owner_id,
            -- Most first attempts are made within a day, some at the weekend, some far too late.
            to_second(case
                when attempt = 1 and u(person, 'follow up') < 0.72
                    then changed_at + seconds_of(0.02 + u(person, 'wait') * 0.9)
                when attempt = 1 then in_office(changed_at + seconds_of(1 + u(person, 'wait') * 6),
                    u(person, 'wait hour'))
                else in_office(changed_at + seconds_of(attempt * 1.8 + u(person * 10 + attempt,
                    'wait')), u(person * 10 + attempt, 'hour'))
            end) as called_at,
            pick([1, 2, 2, 3, 4, 5, 6], u(person, 'attempts')) as attempts_count
        from lead_owners, range(1, 7) as attempts(attempt)
        where step = 1
    ),

    calls as (
        select
            '00T' || upper(code(person * 10 + attempt, 'attempt'))[:12] as id,
            lead_id as who_id, null as what_id, null as account_id, owner_id,
            case when u(person * 10 + attempt, 'type') < 0.6 then 'Call' else 'Email' end as type,
            case when u(person * 10 + attempt, 'type') < 0.6
                then pick(['Left Voicemail', 'No Answer', 'No Answer', 'Busy'],
                    u(person * 10 + attempt, 'disposition')) end as call_disposition,
            called_at
        from attempts
        left join (select person, converted_at from crm_leads) using (person)
        where attempt <= attempts_count and called_at <= as_of_end()
            and called_at < coalesce(converted_at, as_of_end())
        union all
        select
            '00T' || upper(code(touch, 'call'))[:12], who_id, opportunity_id,
            case when is_contact then '001' || lpad(company::varchar, 9, '0') end, owner_id, 'Call',
                'Connected', touched_at
        from sales_touches
        where kind = 'call'
    )

    select
        id, who_id, what_id, account_id, owner_id, type, type as task_subtype,
            'Completed' as status,
        case type when 'Call' then 'Call' else 'Email: following up' end as subject,
        call_disposition, true as is_closed,
        date_trunc('day', called_at) as activity_date, called_at as completed_date_time,
            called_at as created_date,
        false as is_deleted, synced() as _fivetran_synced
    from calls;

    create table salesforce.event as
    select
        '00U' || upper(code(touch, 'event'))[:12] as id,
        who_id,
        opportunity_id as what_id,
        case when is_contact then '001' || lpad(company::varchar, 9, '0') end as account_id,
        owner_id,
        'Meeting' as type,
        pick(['Discovery', 'Demo', 'Technical review', 'Commercials'], u(touch,
            'subject')) as subject,
        meeting_at as activity_date_time,
        meeting_at as start_date_time,
        is_no_show as no_show_c,
        to_second(meeting_at - seconds_of(1 + u(touch, 'booked') * 6)) as created_date,
        false as is_deleted,
        synced() as _fivetran_synced
    from (
        select *, touched_at as meeting_at, false as is_no_show from sales_touches
            where kind = 'event'
        union all
        -- Meetings that nobody came to, three days before the one that took place.
        select * replace (touch + 5000000000 as touch), touched_at - interval 3 day, true
            from sales_touches
        where kind = 'event' and u(touch, 'no show') < 0.12
    )
    """)


def build_calendly(con: duckdb.DuckDBPyConnection) -> None:
    """Bookings by link. A rescheduled one is a cancelled invitee and a new one that names it."""
    con.execute("""
    create schema calendly;
    create table bookings as
    with planned as (
        select
            sales_touches.*, email, person_name,
            case when u(touch, 'reschedules') < 0.80 then 0 when u(touch, 'reschedules') < 0.94
                then 1 else 2 end as moves,
            u(touch, 'outcome') as outcome
        from sales_touches
        inner join people using (person)
        where kind = 'calendly'
    )

    -- The last booking of a chain is the meeting held. Another one may have been cancelled before.
    select
        touch * 10 + booking as booking, touch, email, person_name, owner_id, booking as number,
            moves,
        case when booking = moves then 'held' else 'moved' end as fate,
        to_second(touched_at - to_days((2 * (moves - booking))::integer)) as start_time,
        to_second(touched_at - to_days((2 * (moves - booking))::integer) - seconds_of(1.9 + u(touch,
            'booked') * 0.05)) as created_at
    from planned, range(3) as bookings(booking)
    where booking <= moves
    union all
    select
        touch * 10 + 8, touch, email, person_name, owner_id, 8, 0,
        case when outcome < 0.07 then 'no_show' else 'cancelled' end,
        touched_at - interval 6 day, to_second(touched_at - interval 6 day - seconds_of(2))
    from planned
    where outcome < 0.15;

    create table calendly.event as
    select
        'https://api.calendly.com/scheduled_events/' || code(booking, 'event') as uri,
        '30 minute meeting' as name,
        case when fate in ('held', 'no_show') then 'active' else 'canceled' end as status,
        start_time,
        start_time + interval 30 minute as end_time,
        created_at,
        lower(replace(staff_names.name, ' ', '.')) || '@example.com' as host_email,
        owner_id as host_user_id,
        start_time + interval 1 hour as updated_at
    from bookings
    inner join salesforce.user as staff_names on staff_names.id = owner_id;

    create table calendly.invitee as
    select
        event_uri || '/invitees/' || code(booking, 'invitee') as uri,
        event_uri,
        email,
        person_name as name,
        case when fate in ('held', 'no_show') then 'active' else 'canceled' end as status,
        fate = 'moved' as rescheduled,
        case when number between 1 and 7 then previous_event || '/invitees/' || code(booking - 1,
            'invitee') end as old_invitee_uri,
        case when fate = 'moved' then next_event || '/invitees/' || code(booking + 1, 'invitee')
            end as new_invitee_uri,
        fate = 'no_show' as is_no_show,
        case fate when 'moved' then next_created_at when 'cancelled'
            then created_at + interval 1 day end as canceled_at,
        created_at,
        start_time + interval 1 hour as updated_at
    from (
        select
            *,
            'https://api.calendly.com/scheduled_events/' || code(booking, 'event') as event_uri,
            'https://api.calendly.com/scheduled_events/' || code(booking - 1,
                'event') as previous_event,
            'https://api.calendly.com/scheduled_events/' || code(booking + 1,
                'event') as next_event,
            lead(created_at) over (partition by touch order by number) as next_created_at
        from bookings
    )
    """)


def build(con: duckdb.DuckDBPyConnection) -> None:
    build_users(con)
    build_campaigns(con)
    build_records(con)
    build_lead_history(con)
    build_campaign_members(con)
    build_deals(con)
    build_contact_roles(con)
    build_activities(con)
    build_calendly(con)
