-- The figures of the summary of a run, from the published file: one query each, of a label and a text. Those without
-- their mart or without a row are left out. Variable `currency` is the reporting currency.
select
    'Web sessions' as label,
    format('{:,}, of them {:,} of known people', count(*), count(person_key)) as figure
from marts.fct_sessions;

select
    'Touchpoints' as label,
    format('{:,} over {:,} channels', count(*), count(distinct channel)) as figure
from marts.fct_touchpoints;

select
    'Leads' as label,
    format('{:,} of {:,} people', count(became_lead_at), count(*)) as figure
from marts.dim_people;

select
    'Marketing-qualified leads' as label,
    format('{:,} journeys', count(mql_at)) as figure
from marts.fct_journeys;

select
    'Opportunities' as label,
    format('{:,}, {:,} of them open', count(*), count(*) filter (where not is_closed)) as figure
from marts.fct_opportunities;

select
    'Won opportunities' as label,
    format(
        '{:,}, {:,.2f} {}', count(*), coalesce(sum(amount), 0)::double, getvariable('currency')
    ) as figure
from marts.fct_opportunities
where is_won;

select
    'Credited for won opportunities' as label,
    format(
        '{:,.2f} {}, exactly so by {} of {} attribution models',
        any_value(converted)::double, getvariable('currency'),
        count(*) filter (where credited = converted), count(*)
    ) as figure
from (
    select credits.model, sum(credits.credited_value) as credited
    from marts.fct_attribution_credits as credits
    inner join marts.fct_conversions as conversions using (conversion_id)
    where conversions.conversion_type = 'won'
    group by credits.model
)
cross join (
    select sum(conversion_value) as converted
    from marts.fct_conversions where conversion_type = 'won'
);

select
    'Net revenue' as label,
    format(
        '{:,.2f} {} in {} months, and {:,.2f} {} invoiced for months to come',
        coalesce(sum(net_amount) filter (where not is_deferred), 0)::double, getvariable('currency'),
        count(distinct period_month) filter (where not is_deferred),
        coalesce(sum(net_amount) filter (where is_deferred), 0)::double, getvariable('currency')
    ) as figure
from marts.fct_revenue_by_month;

select
    'Monthly recurring revenue' as label,
    format(
        '{:,.2f} {} of {:,} customers in {}',
        sum(end_mrr)::double, getvariable('currency'), count(*) filter (where end_mrr > 0),
        strftime(period_month, '%Y-%m')
    ) as figure
from marts.fct_mrr_movements
where period_month = (select max(period_month) from marts.fct_mrr_movements)
group by period_month;

select
    'Raw rows set aside' as label,
    format(
        '{:,}, for the reasons in operations.rpt_rejected_rows', coalesce(sum(rows_count), 0)::bigint
    ) as figure
from operations.rpt_rejected_rows;
