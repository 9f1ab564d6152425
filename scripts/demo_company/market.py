"""The market and the response model: companies, their people, touches, and what they bring about.

Four steps follow one another: a person becomes a lead (1), a lead becomes an MQL (2), its company
becomes an opportunity (3), the opportunity is won (4). Each step is a draw against a logistic
score: a base, the company's own intent, and points for the touches had so far, per channel and
with diminishing returns. Touches of a phase happen to those who reached it.

The same draws are then compared with the scores that hold when one channel is switched off
(`dropped`). No channel has a negative effect, so nobody gets further without a channel than with
it, and the touches simulated are all that is needed. Timing is the same in every scenario, and so
is the size of a deal.
"""

import duckdb

from demo_company.basis import COUNTRIES, FIRST_NAMES, LAST_NAMES
from demo_company.settings import Settings
from demo_company.shapes import OFFLINE, SHAPES, Shape


def draw_channel(shape: Shape, phase: int, key: str) -> str:
    """SQL that draws a slot of a phase's mix, to be joined with mix_slots."""
    return f"floor(u({key}, 'channel') * {sum(shape.mix[phase].values())})::bigint"


def build_parameters(con: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    effects = ", ".join(
        f"('{channel}', {', '.join(map(str, points))})" for channel, points in shape.effects.items()
    )
    slots = ", ".join(
        f"({phase}, {slot}, '{channel}')"
        for phase, weights in shape.mix.items()
        for slot, channel in enumerate(
            channel for channel, weight in weights.items() for _ in range(weight)
        )
    )
    con.execute(f"""
    create table effects as
    select * from (values {effects})
        as effects(channel, lead_points, mql_points, opportunity_points, won_points);
    create table mix_slots as select * from (values {slots}) as slots(mix, slot, channel);
    create table scenarios as
    select channel as dropped from effects union all select '(none)' union all select '(all)';
    """)


def build_companies(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    con.execute(f"""
    create table companies as
    with drawn as (
        select
            company,
            company > {settings.prospects} as is_launch_customer,
            pick({COUNTRIES}, u(company, 'country')) as country,
            pick(['Blue', 'North', 'Silver', 'Bright', 'Green', 'Iron', 'Clear', 'Swift', 'Stone',
                'Red', 'Harbor', 'Summit',
                'Cedar', 'Golden', 'Urban', 'Quiet', 'Lake', 'Solar', 'Prime', 'Delta'], u(company,
                    'name1')) as first_part,
            pick(['peak', 'field', 'works', 'line', 'bridge', 'wave', 'forge', 'path', 'gate',
                'point', 'grove', 'lane',
                'craft', 'stream', 'mark', 'view'], u(company, 'name2')) as second_part,
            pick(['Software', 'Financial Services', 'Manufacturing', 'Healthcare', 'Retail',
                'Professional Services',
                'Logistics', 'Education', 'Energy'], u(company, 'industry')) as industry,
            case when u(company, 'size') < 0.46 then 'smb' when u(company, 'size') < 0.84 then 'mid'
                else 'enterprise'
            end as segment,
            u(company, 'people') as size_draw,
            u(company, 'intent') < 0.35 as has_intent,
            case when u(company, 'product') < 0.62 then 'Analytics' else 'Automation'
                end as product_line
        from range(1, {settings.prospects + settings.launch_customers + 1}) as numbers(company)
    )
    select
        drawn.* exclude (first_part, second_part, size_draw),
        first_part || second_part || ' ' || case country
            when 'Germany' then 'GmbH' when 'France' then 'SA' when 'Netherlands' then 'BV'
                when 'Japan' then 'KK'
            when 'United States' then 'Inc' else 'Ltd' end as company_name,
        lower(first_part || second_part) || company || '.example' as domain,
        case segment
            when 'smb' then 4 + floor(size_draw * 46) when 'mid'
                then 50 + floor(size_draw * size_draw * 950)
            else 1000 + floor(size_draw * size_draw * 14000)
        end::bigint as employees,
        exchange_currency.currency,
        -- The two years do not begin with an empty funnel: some were about to arrive.
        web_time(case when u(company, 'early') < 0.07 then date '2024-01-01' + whole(u(company,
            'early day'), 0, 24)::integer
            else day_slots.day end, company) as arrived_at,
        case when is_launch_customer then 1 + (u(company, 'group') < 0.4)::bigint
            else pick([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8], u(company,
                'group')) end as group_size
    from drawn
    inner join exchange_currency using (country)
    inner join day_slots on day_slots.slot = floor(u(company, 'arrival') * 65536)::bigint;

    create table people as
    select
        company * 10 + member as person,
        company,
        member,
        first_name || ' ' || last_name as person_name,
        case when is_launch_customer is false and u(company * 10 + member, 'mailbox') < 0.06
            then lower(first_name || '.' || last_name || '.' || (company * 10 + member))
                || '@gmail.com'
            else lower(first_name || '.' || last_name || case when member > 1 then member::varchar
                else '' end) || '@' || domain
        end as email,
        case when member = 1
            then pick(['Head of Marketing', 'VP Sales', 'Director Operations', 'CMO',
                'Head of Revenue Operations'], job)
            else pick(['Marketing Manager', 'Data Analyst', 'Sales Director', 'IT Manager', 'CFO',
                'Business Analyst',
                'Procurement Manager', 'CTO', 'Intern', 'Consultant'], job)
        end as title,
        to_second(arrived_at + case when member = 1 then interval 0 second
            else seconds_of(u(company * 10 + member, 'delay') * 35) end)
            as arrived_at,
        has_intent,
        is_launch_customer
    from (
        select
            companies.*,
            member,
            u(company * 10 + member, 'job') as job,
            {FIRST_NAMES}[1 + (floor(u(company,
                'first') * 31)::bigint + member * 7) % 31] as first_name,
            {LAST_NAMES}[1 + (floor(u(company,
                'last') * 28)::bigint + member * 5) % 28] as last_name
        from companies, range(1, 9) as members(member)
        where member <= group_size
    )
    """)


def add_touches(
    con: duckdb.DuckDBPyConnection, shape: Shape, phase: int, bounds: str, mix: int | None = None
) -> None:
    """Touches of a phase: `bounds` gives person, company, from_at, upto_at and touches_count."""
    mix = phase if mix is None else mix
    con.execute(f"""
    insert into touches by name
    with planned as (
        select
            *,
            (person * 10 + {phase}) * 10 + number as touch,
            from_at + seconds_of(
                (number - u((person * 10 + {phase}) * 10 + number, 'when')) / touches_count
                * date_diff('second', from_at, upto_at) / 86400.0
            ) as planned_at
        from ({bounds}) as bounds, range(1, 9) as numbers(number)
        where number <= touches_count
    ),

    at_work as (
        select *, in_office(planned_at, u(touch, 'hour')) as office_at from planned
    )

    select
        touch,
        person,
        company,
        {phase} as phase,
        channel,
        to_second(case when office_at > from_at and office_at < upto_at then office_at
            else planned_at end) as touched_at,
        false as is_lead_touch
    from at_work
    inner join mix_slots on mix = {mix} and slot = {draw_channel(shape, mix, "touch")}
    """)


def build_lead_step(con: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """Phase 1: everybody's first touches, the last of which may make a lead."""
    con.execute("""
    create table touches (
        touch bigint, person bigint, company bigint, phase integer, channel varchar,
            touched_at timestamp,
        is_lead_touch boolean
    );
    create table first_phase as
    select
        person,
        company,
        arrived_at,
        arrived_at + case when earlier_count = 0 then interval 0 second
            else seconds_of(1 + u(person, 'span') * 40) end
            as lead_touch_at,
        earlier_count
    from (
        select *, pick([0, 0, 0, 0, 1, 1, 1, 2, 3], u(person, 'earlier')) as earlier_count
        from people
        where not is_launch_customer
    )
    """)
    add_touches(
        con,
        shape,
        1,
        """select
            person, company, arrived_at as from_at, lead_touch_at as upto_at,
            earlier_count as touches_count
        from first_phase""",
        mix=0,
    )
    con.execute(f"""
    insert into touches by name
    select
        person * 100 + 19 as touch,
        person,
        company,
        1 as phase,
        channel,
        to_second(case when in_office(lead_touch_at, u(person, 'lead hour')) > arrived_at
            then in_office(lead_touch_at, u(person, 'lead hour'))
                else lead_touch_at end) as touched_at,
        true as is_lead_touch
    from first_phase
    inner join mix_slots on mix = 1 and slot = {draw_channel(shape, 1, "person * 100 + 19")};

    create table lead_touches as
    select
        person,
        company,
        channel,
        touched_at,
        -- A form is filled in minutes after the session's start; an event's list is imported days
        -- later.
        to_second(touched_at + case when channel in {OFFLINE} then seconds_of(0.1 + u(person,
            'import') * 2.5)
            else to_seconds(1500) end) as lead_at,
        case when channel not in {OFFLINE} then pick(['demo_requested', 'demo_requested',
            'content_downloaded',
            'content_downloaded', 'content_downloaded', 'content_downloaded', 'form_submitted',
                'form_submitted',
            'signed_up', 'chat_started'], u(person, 'conversion')) end as conversion
    from touches
    where is_lead_touch;

    create table lead_scores as
    with exposures as (
        select person, channel, saturated(count(*)) * any_value(lead_points) // 1000 as points
        from touches
        inner join effects using (channel)
        where phase = 1
        group by person, channel
    ),

    totals as (
        select person, sum(points)::bigint as points from exposures group by person
    ),

    -- A scenario without one of the person's own channels; any other is the same as (none).
    changed as (
        select person, channel as dropped, totals.points - exposures.points as points
        from exposures inner join totals using (person)
        union all
        select person, '(none)', points from totals
        union all
        select person, '(all)', 0 from totals
    )

    select person, dropped, happens(u(person, 'lead'),
        {shape.bases["lead"]} + {shape.intent["lead"]} * has_intent::bigint + points) as is_lead
    from changed
    inner join people using (person);

    create table leads as
    select lead_touches.*
    from lead_touches
    inner join lead_scores using (person)
    where dropped = '(none)' and is_lead;
    """)


def build_mql_step(con: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    con.execute("""
    create table mql_candidates as
    select
        *,
        conversion in ('demo_requested', 'chat_started') as is_hand_raise,
        to_second(case when conversion in ('demo_requested', 'chat_started')
            then lead_at + to_seconds(300)
            else in_office(lead_at + seconds_of(0.5 - ln(1 - u(person, 'nurture')) * 11), u(person,
                'mql hour')) end) as mql_at
    from leads
    """)
    add_touches(
        con,
        shape,
        2,
        """select person, company, lead_at as from_at, mql_at as upto_at,
            case when is_hand_raise then 0 else pick([0, 0, 0, 1, 1, 2, 3], u(person, 'touches 2'))
                end as touches_count
        from mql_candidates""",
    )
    con.execute(f"""
    create table person_scenarios as
    with exposures as (
        select touches.person, touches.channel,
            saturated(count(*)) * any_value(mql_points) // 1000 as points
        from touches
        inner join leads on leads.person = touches.person
        inner join effects on effects.channel = touches.channel
        where phase <= 2
        group by touches.person, touches.channel
    ),

    totals as (
        select person, sum(points)::bigint as points from exposures group by person
    ),

    changed as (
        select person, channel as dropped, totals.points - exposures.points as points
        from exposures inner join totals using (person)
        union all
        select person, '(none)', points from totals
        union all
        select person, '(all)', 0 from totals
    )

    select
        person,
        mql_candidates.company,
        dropped,
        coalesce(lead_scores.is_lead, true) as is_lead,
        coalesce(lead_scores.is_lead, true) and happens(
            u(person, 'mql'),
            {shape.bases["mql"]} + 1500 * is_hand_raise::bigint + {shape.intent["mql"]} * has_intent::bigint + points
        ) as is_mql
    from changed
    inner join mql_candidates using (person)
    inner join people using (person)
    left join lead_scores using (person, dropped);

    create table mqls as
    select mql_candidates.*
    from mql_candidates
    inner join person_scenarios using (person)
    where dropped = '(none)' and is_mql;
    """)


def build_pursuits(con: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """When a company with an MQL is accepted, qualified, a deal, closed; who takes part."""
    con.execute(f"""
    create table pursuits as
    with started as (
        select company, min(mql_at) as mql_at, arg_min(person, (mql_at, person)) as champion
        from mqls
        group by company
    ),

    accepted as (
        select *, in_office(mql_at + seconds_of(0.1 + u(company, 'sal') * 2), u(company,
            'sal hour')) as planned_at from started
    ),

    qualified as (
        select * exclude (planned_at), to_second(greatest(planned_at,
            mql_at + to_seconds(1800))) as sal_at from accepted
    ),

    opened as (
        select *, to_second(in_office(sal_at + seconds_of(1 + u(company, 'sql') * 9), u(company,
            'sql hour'))) as sql_at
        from qualified
    ),

    deals as (
        select
            opened.*,
            to_second(in_office(sql_at + seconds_of(1 + u(company, 'deal') * 7), u(company,
                'deal hour'))) as opportunity_at,
            u(company, 'sal ok') < 0.86 as is_sal,
            u(company, 'sal ok') < 0.86 and u(company, 'sql ok') < 0.78 as is_sql,
            companies.has_intent,
            companies.segment
        from opened
        inner join companies using (company)
    )

    select
        *,
        -- Days from opportunity to close: lognormal, longer for larger companies.
        to_second(in_office(opportunity_at + seconds_of(
            exp(ln({shape.cycle_days}) + 0.42 * normal(company, 'cycle'))
            * case segment when 'smb' then 0.82 when 'mid' then 1.03 else 1.4 end
        ), u(company, 'close hour'))) as close_at
    from deals;

    create table group_members as
    select
        people.person,
        people.company,
        leads.person is not null as was_lead,
        coalesce(leads.lead_at, to_second(opportunity_at + seconds_of(2 + u(people.person,
            'added') * 20))) as joined_at,
        mql_candidates.mql_at,
        pursuits.opportunity_at,
        pursuits.close_at
    from people
    inner join pursuits using (company)
    left join leads using (person)
    left join mql_candidates using (person)
    -- Sales adds some of the people who never filled in a form.
    where leads.person is not null or u(people.person, 'added by sales') < 0.5
    """)
    add_touches(
        con,
        shape,
        3,
        """select
            person, company, greatest(joined_at, mql_at) as from_at, opportunity_at as upto_at,
            pick([0, 1, 1, 1, 2], u(person, 'touches 3')) as touches_count
        from group_members
        where was_lead and greatest(joined_at, mql_at) < opportunity_at""",
    )


def build_deal_steps(con: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """Opportunity and win, with every channel and without each, by the group's exposures."""

    def group_points(steps: str, last_phase: int, points: str) -> str:
        return f"""
        select company, dropped, sum(points)::bigint as points
        from (
            select
                company, dropped, channel,
                saturated(least(count(*), 4)) * any_value({points}) // 1000 as points
            from (
                select touches.company, steps.dropped, touches.channel, {points}
                from {steps} as steps
                inner join touches using (company)
                inner join effects on effects.channel = touches.channel
                -- Without the channel a person may not have become a lead: then only its first
                -- phase happened.
                left join person_scenarios
                    on person_scenarios.person = touches.person
                        and person_scenarios.dropped = steps.dropped
                where
                    touches.phase <= {last_phase}
                    and touches.channel <> steps.dropped
                    and steps.dropped <> '(all)'
                    and (touches.phase = 1 or coalesce(person_scenarios.is_lead, true))
            )
            group by company, dropped, channel
        )
        group by company, dropped
        """

    opportunity_points = group_points(
        "(select * from mql_scenarios where is_mql)", 3, "opportunity_points"
    )
    won_points = group_points(
        "(select * from opportunity_scenarios where is_opportunity)", 4, "won_points"
    )
    con.execute(f"""
    create table mql_scenarios as
    with usual as (
        select company, count(*) as mqls_count from mqls group by company
    ),

    -- MQLs that a scenario loses; no scenario gains any.
    lost as (
        select mqls.company, dropped, count(*) as lost_count
        from person_scenarios
        inner join mqls using (person)
        where not person_scenarios.is_mql
        group by mqls.company, dropped
    )

    select usual.company, scenarios.dropped, usual.mqls_count > coalesce(lost.lost_count,
        0) as is_mql
    from usual
    cross join scenarios
    left join lost on lost.company = usual.company and lost.dropped = scenarios.dropped;

    create table opportunity_scenarios as
    with points as ({opportunity_points})

    select
        company,
        dropped,
        is_mql and is_sql and happens(
            u(company, 'opportunity'), {shape.bases["opportunity"]}
                + {shape.intent["opportunity"]} * has_intent::bigint + coalesce(points, 0)
        ) as is_opportunity
    from mql_scenarios
    inner join pursuits using (company)
    left join points using (company, dropped);

    create table open_deals as
    select pursuits.*
    from pursuits
    inner join opportunity_scenarios using (company)
    where dropped = '(none)' and is_opportunity;
    """)
    add_touches(
        con,
        shape,
        4,
        """select
            person, company, greatest(joined_at, opportunity_at) as from_at, close_at as upto_at,
            pick([0, 0, 1, 1, 2, 2], u(person, 'touches 4')) as touches_count
        from group_members
        inner join (select company from open_deals) using (company)
        where greatest(joined_at, opportunity_at) < close_at""",
    )
    con.execute(f"""
    create table won_scenarios as
    with points as ({won_points})

    select
        company,
        dropped,
        is_opportunity and happens(
            u(company, 'won'), {shape.bases["won"]}
                + {shape.intent["won"]} * has_intent::bigint + coalesce(points, 0)
        ) as is_won
    from opportunity_scenarios
    inner join open_deals using (company)
    left join points using (company, dropped);

    create table deals as
    select open_deals.*, is_won
    from open_deals
    inner join won_scenarios using (company)
    where dropped = '(none)';

    -- Nothing after the last day has happened yet, and a phase that was not reached has no touches.
    create table happened as
    select touches.*
    from touches
    left join person_scenarios on person_scenarios.person = touches.person
        and person_scenarios.dropped = '(none)'
    left join open_deals on open_deals.company = touches.company
    where touched_at <= as_of_end()
    """)


def build(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    shape = SHAPES[settings.shape]
    build_parameters(con, shape)
    build_companies(con, settings)
    build_lead_step(con, shape)
    build_mql_step(con, shape)
    build_pursuits(con, shape)
    build_deal_steps(con, shape)
