-- How a visit of each channel looks: parameters of the link, referrer, click id.
create table variants as
select * replace ('https://' || referrer as referrer)
from (
    values
    (0, 'Paid Search', 5, 'google', 'cpc', 'brand', 'acme analytics', 'www.google.com/', 'gclid'),
    (
        1, 'Paid Search', 4, 'google', 'cpc', 'analytics-nonbrand',
        'revenue analytics', 'www.google.com/', 'gclid'
    ),
    (
        2, 'Paid Search', 3, 'google', 'cpc', 'automation-nonbrand',
        'workflow automation', 'www.google.com/', 'gclid'
    ),
    (
        3, 'Paid Search', 1, 'google', 'cpc', 'competitor',
        'dataforge alternative', 'www.google.com/', 'gclid'
    ),
    (4, 'Paid Search', 2, null, null, null, null, 'www.google.com/', 'gclid'),
    (
        5, 'Paid Social', 4, 'linkedin', 'paid-social', 'linkedin-abm', null,
        'www.linkedin.com/', 'li_fat_id'
    ),
    (
        6, 'Paid Social', 3, 'linkedin', 'paid_social', 'linkedin-awareness',
        null, 'www.linkedin.com/', 'li_fat_id'
    ),
    (7, 'Paid Social', 1, null, null, null, null, 'www.linkedin.com/', 'li_fat_id'),
    (8, 'Display', 1, 'google', 'display', 'retargeting-display', null, 'news.example.net/', null),
    (
        9, 'Cross-network', 1, 'google', 'cpc', 'pmax-cross-network', null,
        'www.google.com/', 'gclid'
    ),
    (10, 'Organic Search', 7, null, null, null, null, 'www.google.com/', null),
    (11, 'Organic Search', 2, null, null, null, null, 'www.bing.com/', null),
    (12, 'Organic Search', 1, null, null, null, null, 'duckduckgo.com/', null),
    (13, 'Organic Social', 4, null, null, null, null, 'www.linkedin.com/', null),
    (
        14, 'Organic Social', 2, 'linkedin', 'social', 'company-posts', null,
        'www.linkedin.com/', null
    ),
    (15, 'Organic Social', 2, null, null, null, null, 't.co/x1', null),
    (16, 'Organic Social', 1, null, null, null, null, 'www.reddit.com/r/analytics', null),
    (17, 'Organic Social', 1, null, null, null, null, 'l.facebook.com/', 'fbclid'),
    (18, 'Organic Video', 1, null, null, null, null, 'www.youtube.com/', null),
    (19, 'AI Assistant', 3, 'chatgpt.com', 'referral', null, null, 'chatgpt.com/', null),
    (20, 'AI Assistant', 1, null, null, null, null, 'www.perplexity.ai/', null),
    (21, 'Referral', 3, null, null, null, null, 'www.g2.com/products/acme', null),
    (22, 'Referral', 2, null, null, null, null, 'www.capterra.com/p/1', null),
    (23, 'Referral', 2, null, null, null, null, 'blog.partner-studio.example.net/tools', null),
    (24, 'Affiliates', 1, 'dealhub', 'affiliate', 'q-offers', null, 'dealhub.example.net/', null),
    (25, 'Email', 3, 'newsletter', 'email', 'newsletter', null, null, null),
    (26, 'Email', 2, 'marketo', 'email', 'nurture', null, null, null),
    (27, 'Direct', 1, null, null, null, null, null, null)
) as variants (
    variant, channel, weight, source, medium, campaign, term, referrer, click_parameter
)
