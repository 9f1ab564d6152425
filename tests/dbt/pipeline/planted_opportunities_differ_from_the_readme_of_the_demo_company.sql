{{ config(enabled=var('raw_data') == 'demo') }}
-- scripts/demo_company/README.md lists the cases; each is checked on a row of a mart.
with opportunities as (select * from {{ ref('fct_opportunities') }}),

snapshots as (select * from {{ ref('fct_pipeline_snapshots') }}),

meetings as (select * from {{ ref('fct_meetings') }}),

owners as (select * from {{ ref('dim_owners') }}),

proofs as (
    select
        'opportunity deleted: lost, reason deleted, nothing won' as case_name,
        count(*) as rows_count,
        1 as expected_count
    from opportunities
    where opportunity_id = '006XGONE' and lost_reason = 'deleted' and not is_won and won_amount = 0
    union all
    select
        'opportunity deleted: in the pipeline while it was open' as case_name,
        count(*) as rows_count,
        2 as expected_count
    from snapshots
    where opportunity_id = '006XGONE' and snapshot_date in (date '2024-04-30', date '2024-05-31')
    union all
    select
        'reopened after lost: out of the pipeline in June and July, in it in August' as case_name,
        count(*) as rows_count,
        1 as expected_count
    from snapshots
    where
        opportunity_id = '006XREOPEN'
        and snapshot_date between date '2024-06-01' and date '2024-12-31'
        and source_stage = 'Qualification'
    union all
    select
        'reopened after lost: won once, in September' as case_name,
        count(*) as rows_count,
        1 as expected_count
    from opportunities
    where opportunity_id = '006XREOPEN' and is_won and closed_at = timestamp '2024-09-20 10:00:00'
    union all
    select
        'close date moved four times: five close dates, one open opportunity' as case_name,
        count(distinct close_date) as rows_count,
        5 as expected_count
    from snapshots
    where opportunity_id = '006XSLIP'
    union all
    select
        'open and unchanged: in every snapshot, overdue since August 2024' as case_name,
        count(*) as rows_count,
        17 as expected_count
    from snapshots
    where opportunity_id = '006XSTILL' and is_overdue
    union all
    select
        'amount in JPY: about 10,000 USD' as case_name,
        count(*) as rows_count,
        1 as expected_count
    from opportunities
    where opportunity_id = '006XYEN' and won_amount between 9000 and 11000
    union all
    select
        'account merged: its opportunity belongs to the survivor' as case_name,
        count(*) as rows_count,
        1 as expected_count
    from opportunities
    where opportunity_id = '006XOLDCO' and account_id = '001XNEWCO'
    union all
    select
        'opportunity without contacts: in the pipeline' as case_name,
        count(*) as rows_count,
        1 as expected_count
    from opportunities
    where opportunity_id = '006XLONELY' and people_count = 0 and is_won
    union all
    select
        'meeting rescheduled three times: one meeting, held' as case_name,
        count(*) as rows_count,
        1 as expected_count
    from meetings
    where meeting_id like '%EVX0/invitees/IX0' and reschedules_count = 3 and held_at is not null
    union all
    select
        'owner who left: still an owner, not active' as case_name,
        count(*) as rows_count,
        1 as expected_count
    from owners
    where owner_id = '005XLEFT' and not is_active
)

select * from proofs
where rows_count <> expected_count
