-- The page on which a session that converts ends.
create table conversion_paths as
select
    conversions.conversion,
    content.path,
    content.title
from (
    values
    ('demo_requested', '/demo'),
    ('content_downloaded', '/resources/attribution-guide'),
    ('form_submitted', '/newsletter'),
    ('order_completed', '/checkout'),
    ('signed_up', '/signup'),
    ('chat_started', '/pricing')
) as conversions (conversion, path)
inner join content on conversions.path = content.path
