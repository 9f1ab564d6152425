create table generic.content_items as
select
    'generic' as source_system,
    'content_' || lpad((row_number() over (order by path))::varchar, 2, '0') as content_id,
    path as url_path,
    title,
    content_type,
    journey_stage,
    topic
from content
