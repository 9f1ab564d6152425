create table leadfeeder.visits as
with seen as (
    select
        session,
        person // 10 as company,
        started_at,
        pages_count,
        variant
    from sessions
    where person is not null and u(session, 'reverse ip') < 0.12
    union all
    select
        session,
        null,
        started_at,
        pages_count,
        variant
    from sessions
    where person is null and u(session, 'reverse ip') < 0.03
)

select
    'lf_' || code(session, 'visit') as id,
    coalesce(
        domain, 'visitor' || whole(u(session, 'unknown company'), 1, 400)
        || '.example'
    ) as company_domain,
    company_name,
    to_second(started_at) as started_at,
    pages_count::bigint as page_depth,
    coalesce(source, case when referrer is null then
        '(direct)' else split_part(
        referrer, '/',
        3
    ) end) as source,
    coalesce(medium, case
        when referrer is null then '(none)' when channel = 'Organic Search'
            then 'organic'
        else 'referral'
    end) as medium,
    content.path as landing_page_path
from seen
inner join variants using (variant)
inner join content on content.position = floor(u(session, 'landing') * 12)::bigint
left join companies using (company)
