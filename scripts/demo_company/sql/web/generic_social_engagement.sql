-- Posts of the company: two a week on LinkedIn, one on YouTube, counted on the day of the post.
create table generic.social_engagement as
with posts as (
    select
        platform,
        week,
        number,
        date '2024-01-02' + (week * 7 + number * 2)::integer as engagement_date,
        platform || '_' || week || '_' || number as post_id,
        reach
    from (
        values ('linkedin', 2, 900), ('youtube', 1, 350)
    ) as platforms (platform, posts_a_week, reach)
    cross join range(104) as weeks (week)
    cross join range(2) as numbers (number)
    where number < posts_a_week
),

seen as (
    select
        *,
        floor(reach * (0.5 + u(post_id, 'reach')) * (1 + week / 104.0))::bigint as impressions
    from posts
)

select
    'generic' as source_system,
    platform,
    post_id,
    content_id,
    null::varchar as campaign_id,
    impressions,
    floor(impressions * (0.01 + 0.02 * u(post_id, 'likes')))::bigint as likes,
    floor(impressions * 0.004 * u(post_id, 'comments'))::bigint as comments,
    floor(impressions * 0.003 * u(post_id, 'shares'))::bigint as shares,
    floor(impressions * (0.004 + 0.01 * u(post_id, 'clicks')))::bigint as clicks,
    engagement_date
from seen
inner join content on content.position = 5 + floor(u(post_id, 'about') * 3)::bigint
inner join (select
    content_id,
    url_path as path
from generic.content_items) as items using (path)
where engagement_date <= as_of_end()
