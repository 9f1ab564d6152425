-- Stages of sales: the share of the way from creation to close at which each begins, its
-- probability, its forecast category as shown and as the API names it.
create table stages as
select *
from (
    values
    (1, 'Prospecting', 0.0, 10, 'Pipeline', 'Pipeline'),
    (2, 'Qualification', 0.06, 20, 'Pipeline', 'Pipeline'),
    (3, 'Needs Analysis', 0.18, 30, 'Pipeline', 'Pipeline'),
    (4, 'Value Proposition', 0.38, 50, 'Best Case', 'BestCase'),
    (5, 'Proposal/Price Quote', 0.58, 75, 'Best Case', 'BestCase'),
    (6, 'Negotiation/Review', 0.8, 90, 'Commit', 'Forecast')
) as stages (
    stage_number, stage_name, share, probability, category_name, category
)
