create table ad_campaigns as
select * replace (first_day::date as first_day, last_day::date as last_day)
from (
    values
    ('google', '5001', 'brand', 'SEARCH', '2024-01-01', '2025-12-31', 34, 2.1, 1),
    ('google', '5002', 'analytics-nonbrand', 'SEARCH', '2024-01-01', '2025-12-31', 88, 8.4, 1),
    ('google', '5003', 'automation-nonbrand', 'SEARCH', '2024-03-01', '2025-12-31', 60, 7.2, 1),
    ('google', '5004', 'competitor', 'SEARCH', '2025-01-15', '2025-12-31', 30, 9.8, 2),
    ('google', '5005', 'retargeting-display', 'DISPLAY', '2024-09-01', '2025-12-31', 24, 1.1, 1),
    (
        'google',
        '5006',
        'pmax-cross-network',
        'PERFORMANCE_MAX',
        '2024-07-01',
        '2025-12-31',
        38,
        3.0,
        1
    ),
    ('google', '5007', 'pmax-feed-only', 'PERFORMANCE_MAX', '2025-07-01', '2025-12-31', 20, 2.4, 1),
    ('linkedin', '7001', 'linkedin-abm', '', '2024-01-01', '2025-12-31', 72, 11.5, 1),
    ('linkedin', '7002', 'linkedin-awareness', '', '2024-02-01', '2025-12-31', 38, 7.9, 1)
) as ads (
    platform, id, name, kind, first_day, last_day, budget, click_cost, devices_count
)
