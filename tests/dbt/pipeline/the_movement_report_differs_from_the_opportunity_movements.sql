-- The report must equal the movements of the opportunities, in total and per segment; (all) is the
-- sum of the segments.
with movements as (
    select
        pipeline_scope,
        segment,
        sum(created_amount - won_amount - lost_amount) as net_amount,
        sum(pulled_in_amount + pushed_out_amount + increased_amount + decreased_amount)
            as changed_amount
    from {{ ref('int_pipeline_movements') }}
    group by pipeline_scope, segment
),

with_all as (
    select * from movements
    union all
    select
        pipeline_scope,
        '(all)' as segment,
        sum(net_amount) as net_amount,
        sum(changed_amount) as changed_amount
    from movements
    group by pipeline_scope
),

reported as (
    select
        pipeline_scope,
        segment,
        sum(created_amount - won_amount - lost_amount) as net_amount,
        sum(pulled_in_amount + pushed_out_amount + increased_amount + decreased_amount)
            as changed_amount
    from {{ ref('rpt_pipeline_movements') }}
    group by pipeline_scope, segment
)

select
    with_all.*,
    reported.net_amount as reported_net_amount,
    reported.changed_amount as reported_changed_amount
from with_all
full outer join reported
    on with_all.pipeline_scope = reported.pipeline_scope and with_all.segment = reported.segment
where
    coalesce(with_all.net_amount <> reported.net_amount, true)
    or coalesce(with_all.changed_amount <> reported.changed_amount, true)
