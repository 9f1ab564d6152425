-- The pages of the site. Sessions walk through the first twelve.
create table content as
select *
from (
    values
    (0, '/', 'Acme Analytics', 'page', 'awareness', 'company'),
    (1, '/product/analytics', 'Analytics', 'page', 'consideration', 'analytics'),
    (2, '/product/automation', 'Automation', 'page', 'consideration', 'automation'),
    (3, '/pricing', 'Pricing', 'page', 'decision', 'pricing'),
    (4, '/customers', 'Customers', 'page', 'consideration', 'proof'),
    (5, '/blog/attribution-basics', 'Attribution basics', 'blog post', 'awareness', 'attribution'),
    (6, '/blog/funnel-metrics', 'Funnel metrics', 'blog post', 'awareness', 'funnel'),
    (7, '/blog/b2b-benchmarks', 'B2B benchmarks', 'blog post', 'awareness', 'benchmarks'),
    (8, '/docs/setup', 'Setup guide', 'documentation', 'consideration', 'product'),
    (9, '/about', 'About us', 'page', 'awareness', 'company'),
    (10, '/careers', 'Careers', 'page', 'awareness', 'company'),
    (11, '/integrations', 'Integrations', 'page', 'consideration', 'product'),
    (
        12, '/resources/attribution-guide', 'Attribution guide',
        'white paper', 'consideration', 'attribution'
    ),
    (13, '/resources/roi-template', 'ROI template', 'template', 'consideration', 'analytics'),
    (14, '/webinars/pipeline', 'Pipeline webinar', 'webinar', 'consideration', 'pipeline'),
    (15, '/demo', 'Request a demo', 'page', 'decision', 'product'),
    (16, '/signup', 'Sign up', 'page', 'decision', 'product'),
    (17, '/contact', 'Contact', 'page', 'decision', 'company'),
    (18, '/newsletter', 'Newsletter', 'page', 'awareness', 'company'),
    (19, '/checkout', 'Buy credits', 'page', 'decision', 'credits')
) as content (position, path, title, content_type, journey_stage, topic)
