-- Prices are for the first device. What arrives on the site is a share of the clicks: some visitors
-- leave before the page has loaded or block the tracking, most of them in LinkedIn's own browser.
create table ad_campaigns as
select * replace (first_day::date as first_day, last_day::date as last_day)
from (
    values
    ('google', '5001', 'brand', 'SEARCH', '2024-01-01', '2025-12-31', 4.2, 0.94, 9, 1),
    (
        'google',
        '5002',
        'analytics-nonbrand',
        'SEARCH',
        '2024-01-01',
        '2025-12-31',
        15.5,
        0.93,
        24,
        1
    ),
    (
        'google',
        '5003',
        'automation-nonbrand',
        'SEARCH',
        '2024-01-01',
        '2025-12-31',
        13.5,
        0.93,
        26,
        1
    ),
    ('google', '5004', 'competitor', 'SEARCH', '2024-01-01', '2025-12-31', 21, 0.92, 30, 1),
    (
        'google',
        '5005',
        'retargeting-display',
        'DISPLAY',
        '2024-01-01',
        '2025-12-31',
        5.4,
        0.9,
        260,
        1
    ),
    (
        'google',
        '5006',
        'pmax-cross-network',
        'PERFORMANCE_MAX',
        '2024-01-01',
        '2025-12-31',
        24,
        0.88,
        120,
        1
    ),
    -- Shopping feed only: it spends, and no landing page ever carries its name.
    (
        'google',
        '5007',
        'pmax-feed-only',
        'PERFORMANCE_MAX',
        '2025-07-01',
        '2025-12-31',
        15,
        0,
        140,
        2
    ),
    ('linkedin', '7001', 'linkedin-abm', '', '2024-01-01', '2025-12-31', 16.5, 0.5, 150, 1),
    ('linkedin', '7002', 'linkedin-awareness', '', '2024-01-01', '2025-12-31', 9.5, 0.5, 190, 1)
) as ads (
    platform,
    id,
    name,
    kind,
    first_day,
    last_day,
    click_cost,
    arriving_share,
    impressions_per_click,
    devices_count
)
