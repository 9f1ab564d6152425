-- Check every month, segment and scope. In scope all_open, where nothing is pulled in or pushed
-- out, also check from one month to the next; within a quarter, check both scopes.
with movements as (
    select
        *,
        {{ fiscal_quarter_start('period_month') }} as period_quarter,
        lag(end_amount) over by_month as previous_end_amount,
        lag({{ fiscal_quarter_start('period_month') }}) over by_month as previous_quarter
    from {{ ref('rpt_pipeline_movements') }}
    window by_month as (
        partition by segment, pipeline_scope order by period_month asc nulls last
    )
)

select *
from movements
where
    start_amount + created_amount + reopened_amount + pulled_in_amount + increased_amount
    - decreased_amount - won_amount - lost_amount - pushed_out_amount <> end_amount
    or (
        (pipeline_scope = 'all_open' or period_quarter = previous_quarter)
        and start_amount <> coalesce(previous_end_amount, 0)
    )
    or (pipeline_scope = 'all_open' and pulled_in_amount + pushed_out_amount <> 0)
