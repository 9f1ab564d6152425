"""Segment and the reverse-IP export.

Sessions come first, whole and narrow; their events are spelled out month by month.
"""

from collections.abc import Iterator
from datetime import date

import duckdb

from demo_company.settings import Settings
from demo_company.shapes import OFFLINE

GOOGLE, BING, LINKEDIN, FACEBOOK = (
    "https://www.google.com/",
    "https://www.bing.com/",
    "https://www.linkedin.com/",
    "https://l.facebook.com/",
)

# Channel, weight, utm source, medium, campaign, term, referrer, click id parameter.
VARIANTS = [
    ("Paid Search", 5, "google", "cpc", "brand", "acme analytics", GOOGLE, "gclid"),
    ("Paid Search", 4, "google", "cpc", "analytics-nonbrand", "revenue analytics", GOOGLE, "gclid"),
    (
        "Paid Search",
        3,
        "google",
        "cpc",
        "automation-nonbrand",
        "workflow automation",
        GOOGLE,
        "gclid",
    ),
    ("Paid Search", 1, "google", "cpc", "competitor", "dataforge alternative", GOOGLE, "gclid"),
    ("Paid Search", 2, None, None, None, None, GOOGLE, "gclid"),
    ("Paid Search", 1, "bing", "cpc", "bing-brand", "acme analytics", BING, "msclkid"),
    ("Paid Social", 4, "linkedin", "paid-social", "linkedin-abm", None, LINKEDIN, "li_fat_id"),
    (
        "Paid Social",
        3,
        "linkedin",
        "paid_social",
        "linkedin-awareness",
        None,
        LINKEDIN,
        "li_fat_id",
    ),
    ("Paid Social", 1, None, None, None, None, LINKEDIN, "li_fat_id"),
    ("Paid Social", 2, "facebook", "paid-social", "facebook-lookalike", None, FACEBOOK, "fbclid"),
    (
        "Display",
        1,
        "google",
        "display",
        "retargeting-display",
        None,
        "https://news.example.net/",
        None,
    ),
    ("Cross-network", 1, "google", "cpc", "pmax-cross-network", None, GOOGLE, "gclid"),
    ("Organic Search", 7, None, None, None, None, GOOGLE, None),
    ("Organic Search", 2, None, None, None, None, BING, None),
    ("Organic Search", 1, None, None, None, None, "https://duckduckgo.com/", None),
    ("Organic Social", 4, None, None, None, None, LINKEDIN, None),
    ("Organic Social", 2, "linkedin", "social", "company-posts", None, LINKEDIN, None),
    ("Organic Social", 2, None, None, None, None, "https://t.co/x1", None),
    ("Organic Social", 1, None, None, None, None, "https://www.reddit.com/r/analytics", None),
    ("Organic Social", 1, None, None, None, None, FACEBOOK, "fbclid"),
    ("Organic Video", 1, None, None, None, None, "https://www.youtube.com/", None),
    ("AI Assistant", 3, "chatgpt.com", "referral", None, None, "https://chatgpt.com/", None),
    ("AI Assistant", 1, None, None, None, None, "https://www.perplexity.ai/", None),
    ("Referral", 3, None, None, None, None, "https://www.g2.com/products/acme", None),
    ("Referral", 2, None, None, None, None, "https://www.capterra.com/p/1", None),
    ("Referral", 2, None, None, None, None, "https://blog.partner-studio.example.net/tools", None),
    (
        "Affiliates",
        1,
        "dealhub",
        "affiliate",
        "q-offers",
        None,
        "https://dealhub.example.net/",
        None,
    ),
    ("Email", 3, "newsletter", "email", "newsletter", None, None, None),
    ("Email", 2, "marketo", "email", "nurture", None, None, None),
    ("Direct", 1, None, None, None, None, None, None),
]

AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0",
    "Mozilla/5.0 (Windows NT 10.0) Edg/125.0",
    "Mozilla/5.0 (Macintosh) Safari/605.1",
    "Mozilla/5.0 (Macintosh) Chrome/124.0",
    "Mozilla/5.0 (iPhone) Mobile Safari/604.1",
    "Mozilla/5.0 (Android 14) Chrome/123.0",
    "Mozilla/5.0 (X11; Linux) Firefox/127.0",
    "Mozilla/5.0 (Windows NT 11.0) Chrome/128.0",
]
BOT_AGENT = "Mozilla/5.0 (compatible; SeekerBot/2.1; +https://seeker.example.net/bot)"

# Path, title, content type, journey stage, topic.
CONTENT = [
    ("/", "Acme Analytics", "page", "awareness", "company"),
    ("/product/analytics", "Analytics", "page", "consideration", "analytics"),
    ("/product/automation", "Automation", "page", "consideration", "automation"),
    ("/pricing", "Pricing", "page", "decision", "pricing"),
    ("/customers", "Customers", "page", "consideration", "proof"),
    ("/blog/attribution-basics", "Attribution basics", "blog post", "awareness", "attribution"),
    ("/blog/funnel-metrics", "Funnel metrics", "blog post", "awareness", "funnel"),
    ("/blog/b2b-benchmarks", "B2B benchmarks", "blog post", "awareness", "benchmarks"),
    ("/docs/setup", "Setup guide", "documentation", "consideration", "product"),
    ("/about", "About us", "page", "awareness", "company"),
    ("/careers", "Careers", "page", "awareness", "company"),
    ("/integrations", "Integrations", "page", "consideration", "product"),
    (
        "/resources/attribution-guide",
        "Attribution guide",
        "white paper",
        "consideration",
        "attribution",
    ),
    ("/resources/roi-template", "ROI template", "template", "consideration", "analytics"),
    ("/webinars/pipeline", "Pipeline webinar", "webinar", "consideration", "pipeline"),
    ("/demo", "Request a demo", "page", "decision", "product"),
    ("/signup", "Sign up", "page", "decision", "product"),
    ("/contact", "Contact", "page", "decision", "company"),
]
PATHS, TITLES = [path for path, *_ in CONTENT], [title for _, title, *_ in CONTENT]
# How finely the anonymous crowd is divided by where it comes from.
CROWD_SLOTS = 10_000
# Where a session that converts ends up.
CONVERSION_PATHS = {
    "demo_requested": "/demo",
    "content_downloaded": "/resources/attribution-guide",
    "form_submitted": "/contact",
    "signed_up": "/signup",
    "chat_started": "/pricing",
}


# Whether somebody clicks a button in the session.
CTA = "u(session, 'click') < 0.07"
# How many events the sessions have, repeated deliveries included.
EVENTS_COUNT = f"""sum(
    pages_count + has_repeat::integer + (conversion is not null)::integer + is_identified::integer
    + ({CTA})::integer
)::bigint"""


def sql_text(value: str | None) -> str:
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


def build_vocabulary(con: duckdb.DuckDBPyConnection) -> None:
    rows = ", ".join(
        f"({number}, {sql_text(channel)}, {weight}, {', '.join(sql_text(text) for text in texts)})"
        for number, (channel, weight, *texts) in enumerate(VARIANTS)
    )
    content = ", ".join(
        f"('{path}', '{title}', '{kind}', '{stage}', '{topic}')"
        for path, title, kind, stage, topic in CONTENT
    )
    titles = {path: title for path, title, *_ in CONTENT}
    conversions = ", ".join(
        f"('{conversion}', '{path}', '{titles[path]}')"
        for conversion, path in CONVERSION_PATHS.items()
    )
    con.execute(f"""
    create schema segment;
    create table variants as
    select * from (values {rows})
        as variants(variant, channel, weight, source, medium, campaign, term, referrer,
            click_parameter);
    create table channel_variants as
    select channel, list(variant order by variant) as options
    from variants, range(10) as repeats(turn)
    where turn < weight
    group by channel;
    -- Shares of the crowd: its mix of channels, times the weights of the variants of each.
    create table crowd_slots as
    with shares as (
        select
            variant,
            channel_weight * weight / sum(weight) over (partition by channel) as share
        from variants
        inner join (select channel, count(*) as channel_weight from mix_slots
            where mix = 9 group by channel)
            using (channel)
    ),

    spans as (
        select
            variant,
            floor(sum(share) over (order by variant) / sum(share) over ()
                * {CROWD_SLOTS} + 0.5)::bigint as upto
        from shares
    )

    select
        variant,
        unnest(range(coalesce(lag(upto) over (order by variant), 0), upto)) as slot
    from spans;
    create table conversion_paths as select * from (values {conversions}) as pairs(conversion, path,
        title);

    create schema generic;
    create table generic.content_items as
    select
        'generic' as source_system, 'content_' || lpad((row_number() over (order by path))::varchar,
            2, '0') as content_id,
        path as url_path, title, content_type, journey_stage, topic
    from (values {content}) as items(path, title, content_type, journey_stage, topic);
    """)


def build_people_sessions(con: duckdb.DuckDBPyConnection) -> None:
    """A session for each web touch of the response model, on one of the person's devices."""
    con.execute(f"""
    create table sessions (
        session bigint, device bigint, person bigint, variant integer, pages_count integer,
            started_at timestamp,
        conversion varchar, is_identified boolean, has_repeat boolean, user_id varchar,
            email varchar
    );

    insert into sessions by name
    with touched as (
        select
            touch as session,
            -- A colleague's machine now and then; else the desk (1) or the phone (2).
            case
                when u(touch, 'shared') < 0.015 then company * 100 + 11
                when u(touch, 'phone') < 0.2 then person * 10 + 2
                else person * 10 + 1
            end as device,
            person,
            pick(options, u(touch, 'variant')) as variant,
            pick([1, 1, 1, 1, 2, 2, 2, 3, 4], u(touch, 'pages'))::integer as pages_count,
            touched_at as started_at,
            case
                when is_lead_touch and lead_at is not null then lead_conversion
                when phase > 1 and u(touch, 'converts') < 0.12 then 'content_downloaded'
                when phase > 2 and u(touch, 'converts') > 0.97 then 'demo_requested'
            end as conversion,
            (is_lead_touch and lead_at is not null)
            or (phase > 1 and touched_at > lead_at and u(touch,
                'recognised') < 0.35) as is_identified,
            u(touch, 'delivered twice') < 0.01 as has_repeat,
            case when u(person, 'crm user id') < 0.1 then '00Q' || lpad(person::varchar, 9, '0')
                else 'u_' || person end as user_id,
            email
        from happened
        inner join channel_variants using (channel)
        left join (select person, lead_at, conversion as lead_conversion from leads) using (person)
        inner join (select person, email from people) using (person)
        where channel not in {OFFLINE}
    )

    select
        * replace (
            -- After a sign-up or a login the browser keeps sending the user id; a form knows none.
            case
                when bool_or(
                    is_identified and coalesce(conversion = 'signed_up', true)
                ) over (
                    partition by device, person order by started_at,
                        session rows between unbounded preceding and 1 preceding
                ) then user_id
            end as user_id
        )
    from touched;
    """)


def build_crowd(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Visitors who never become known, as many as it takes to reach the events asked for."""

    def crowd(devices: str) -> str:
        return f"""
        select
            device * 16 + visit + 1000000000000 as session,
            device + 1000000000000 as device,
            null::bigint as person,
            variant,
            pick([1, 1, 1, 1, 1, 2, 2, 3, 3, 5, 8], u(device * 16 + visit,
                'crowd pages'))::integer as pages_count,
            web_time(day, device * 16 + visit)
            + case when visit = 0 then interval 0 day else to_days(floor(pow(u(device * 16 + visit,
                'gap'), 2) * 120)::integer) end
                as started_at,
            case when u(device * 16 + visit, 'trial') < 0.002 then 'signed_up' end as conversion,
            u(device * 16 + visit, 'trial') < 0.002 as is_identified,
            u(device * 16 + visit, 'delivered twice') < 0.006 as has_repeat,
            null::varchar as user_id,
            case when u(device * 16 + visit, 'trial') < 0.002 then 'trial' || device
                || '@outlook.com' end as email
        from (
            select device, day, unnest(range(pick([1, 1, 1, 1, 1, 1, 2, 2, 3, 5], u(device,
                'visits')))) as visit
            from range({devices}) as devices(device)
            inner join day_slots on day_slots.slot = floor(u(device, 'first visit') * 65536)::bigint
        )
        inner join crowd_slots
            on crowd_slots.slot = floor(u(device * 16 + visit,
                'crowd channel') * {CROWD_SLOTS})::bigint
        """

    (known,) = con.execute(f"select coalesce({EVENTS_COUNT}, 0) from sessions").fetchone()
    sample = 20_000
    (sampled,) = con.execute(
        f"select {EVENTS_COUNT} from ({crowd(str(sample))}) where started_at <= as_of_end()"
    ).fetchone()
    devices = max(20, round((settings.web_events - known) * sample / sampled))
    con.execute(
        "insert into sessions by name "
        f"select * from ({crowd(str(devices))}) where started_at <= as_of_end()"
    )


def columns_of_context(prefix: str) -> str:
    """Campaign, consent, browser: alike in the three tables of Segment."""
    return f"""
        case when is_landing and not is_only_in_url then source end as context_campaign_source,
        case when is_landing and not is_only_in_url then medium end as context_campaign_medium,
        case when is_landing and not is_only_in_url then campaign end as context_campaign_name,
        null::varchar as context_campaign_content,
        case when is_landing and not is_only_in_url then term end as context_campaign_term,
        {prefix}
    """


CONTEXT = """
        device_consent as context_consent_category_preferences_analytics,
        agent as context_user_agent,
        ip as context_ip
"""


def described_sessions(condition: str) -> str:
    """Sessions with what all their events share."""
    agents = "[" + ", ".join(sql_text(agent) for agent in AGENTS) + "]"
    return f"""
        select
            sessions.* exclude (variant),
            variants.* exclude (variant, weight),
            code(device, 'device') as anonymous_id,
            u(device, 'consent') < 0.93 as device_consent,
            case when device > 1000000000000 and u(device, 'robot') < 0.004 then '{BOT_AGENT}'
                else pick({agents}, u(device, 'agent')) end as agent,
            pick(['198.51.100.', '203.0.113.', '192.0.2.'], u(device, 'net')) || whole(u(device,
                'host'), 1, 254) as ip,
            u(session, 'url only') < 0.2 as is_only_in_url,
            -- Seconds from page to page.
            whole(u(session, 'pace'), 15, 110) as pace,
            floor(u(session, 'landing') * 12)::bigint as landing,
            case when source is not null or click_parameter is not null then
                '?' || concat_ws(
                    '&',
                    'utm_source=' || source,
                    'utm_medium=' || medium,
                    'utm_campaign=' || campaign,
                    'utm_term=' || replace(term, ' ', '+'),
                    case when u(session, 'tagged') < 0.85 or source is null
                        then click_parameter || '=' || upper(code(session, 'click id')) end
                )
                else '' end as query
        from sessions
        inner join variants using (variant)
        where {condition}
    """


def pages_sql(condition: str) -> str:
    """Page views of some sessions. Number -1 is a second delivery of the first one."""
    return f"""
    with described as ({described_sessions(condition)}),

    spread as (
        select *, unnest(range(-(has_repeat::integer), pages_count)) as number from described
    ),

    viewed as (
        select
            spread.*,
            number <= 0 as is_landing,
            session * 64 + greatest(number, 0) as view,
            case when number = pages_count - 1 and conversion is not null and number > 0
                then conversion_paths.path
                else {PATHS}[1 + (landing + greatest(number, 0) * 5) % 12] end as path,
            case when number = pages_count - 1 and conversion is not null and number > 0
                then conversion_paths.title
                else {TITLES}[1 + (landing + greatest(number, 0) * 5) % 12] end as page_title,
            started_at + to_seconds(greatest(number, 0) * pace) as viewed_at
        from spread
        left join conversion_paths using (conversion)
    )

    select
        code(view, 'page') as id,
        anonymous_id,
        user_id,
        viewed_at as timestamp,
        -- Seconds later; from a phone without a network days later; a second delivery hours later.
        viewed_at + to_seconds(case
            when number = -1 then whole(u(view, 'again'), 3600, 40000)
            when u(session, 'late') < 0.004 then whole(u(session, 'how late'), 90000, 250000)
            else whole(u(view, 'lag'), 1, 4) end) as received_at,
        'https://www.example.com' || path || case when is_landing then query else '' end as url,
        path,
        page_title as title,
        case when is_landing then referrer else 'https://www.example.com/' end as referrer,
        {columns_of_context(CONTEXT)}
    from viewed
    """


def tracks_sql(condition: str) -> str:
    return f"""
    with described as ({described_sessions(f"{condition} and (conversion is not null or {CTA})")}),

    acted as (
        select *, conversion as event, session * 64 + 60 as action,
            started_at + to_seconds((pages_count - 1) * pace + 12) as acted_at
        from described
        where conversion is not null
        union all
        select *, 'cta_clicked', session * 64 + 61,
            started_at + to_seconds((pages_count - 1) * pace + 7)
        from described
        where {CTA}
    ),

    placed as (
        select
            acted.*,
            pages_count = 1 as is_landing,
            case when pages_count = 1 or event = 'cta_clicked'
                then {PATHS}[1 + (landing + (pages_count - 1) * 5) % 12]
                else conversion_paths.path end as path
        from acted
        left join conversion_paths using (conversion)
    )

    select
        code(action, 'track') as id,
        anonymous_id,
        user_id,
        event,
        upper(event[1]) || replace(event[2:], '_', ' ') as event_text,
        acted_at as timestamp,
        acted_at + to_seconds(whole(u(action, 'lag'), 1, 4)) as received_at,
        'https://www.example.com' || path || case when is_landing then query else ''
            end as context_page_url,
        path as context_page_path,
        case when is_landing then referrer else 'https://www.example.com/'
            end as context_page_referrer,
        {columns_of_context(CONTEXT)},
        case when event <> 'cta_clicked' and u(action, 'with email') < 0.6 then email end as email,
        null::varchar as order_id,
        null::decimal(18, 2) as revenue,
        null::varchar as currency
    from placed
    """


def identifies_sql(condition: str) -> str:
    return f"""
    with described as ({described_sessions(f"{condition} and is_identified")})

    select
        code(session * 64 + 62, 'identify') as id,
        anonymous_id,
        -- A form knows the email only; whoever signs up or comes back has a user id.
        case when conversion = 'signed_up' or conversion is null then
            coalesce(user_id, case when person is not null then 'u_' || person else 'u_t'
                || device end) else user_id end as user_id,
        started_at + to_seconds((pages_count - 1) * pace + 13) as timestamp,
        started_at + to_seconds((pages_count - 1) * pace + 13 + whole(u(session, 'lag'), 1,
            4)) as received_at,
        email,
        'https://www.example.com' || coalesce(path, '/') as context_page_url,
        coalesce(path, '/') as context_page_path,
        null::varchar as context_page_referrer,
        {CONTEXT}
    from described
    left join conversion_paths using (conversion)
    """


BUILDERS = {"pages": pages_sql, "tracks": tracks_sql, "identifies": identifies_sql}


def month_condition(month: date) -> str:
    return (
        f"started_at >= timestamp '{month}' and started_at < timestamp '{month}' + interval 1 month"
    )


def event_parts(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(table, month, select) for every part of the event tables."""
    for table, builder in BUILDERS.items():
        for month in settings.months:
            yield table, f"{month:%Y-%m}", builder(month_condition(month))


def build_visits(con: duckdb.DuckDBPyConnection) -> None:
    """Reverse IP: some sessions of known companies, and some of companies nobody has heard of."""
    con.execute(f"""
    create schema leadfeeder;
    create table leadfeeder.visits as
    with seen as (
        select session, person // 10 as company, started_at, pages_count, variant from sessions
        where person is not null and u(session, 'reverse ip') < 0.12
        union all
        select session, null, started_at, pages_count, variant from sessions
        where person is null and u(session, 'reverse ip') < 0.03
    )

    select
        'lf_' || code(session, 'visit') as id,
        coalesce(domain, 'visitor' || whole(u(session, 'unknown company'), 1, 400)
            || '.example') as company_domain,
        company_name,
        to_second(started_at) as started_at,
        pages_count::bigint as page_depth,
        coalesce(source, case when referrer is null then '(direct)' else split_part(referrer, '/',
            3) end) as source,
        coalesce(medium, case when referrer is null then '(none)' when channel = 'Organic Search'
            then 'organic' else 'referral' end) as medium,
        {PATHS}[1 + floor(u(session, 'landing') * 12)::bigint] as landing_page_path
    from seen
    inner join variants using (variant)
    left join companies using (company)
    """)


def build(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    build_vocabulary(con)
    build_people_sessions(con)
    build_crowd(con, settings)
    build_visits(con)
