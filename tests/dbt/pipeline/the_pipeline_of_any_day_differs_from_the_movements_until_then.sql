-- Compare the macro for any past day with the sum of the movements until then, for a month end
-- (where the snapshot must match, too), a day within a month, and a day before the first
-- opportunity.
with by_macro as (
    {%- for day in ['2024-12-31', '2025-05-14', '1999-12-31'] %}
    select
        cast('{{ day }}' as date) as day,
        coalesce(sum(pipeline.amount), 0) as amount
    from {{ pipeline_on("cast('" ~ day ~ "' as date)") }} as pipeline
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

by_movements as (
    select
        by_macro.day,
        coalesce(sum(
            movements.created_amount
            + movements.reopened_amount
            + movements.increased_amount
            - movements.decreased_amount
            - movements.won_amount
            - movements.lost_amount
        ), 0) as amount
    from by_macro
    left join {{ ref('int_pipeline_movements') }} as movements
        on
            {{ reporting_date('movements.changed_at') }} <= by_macro.day
            and movements.pipeline_scope = 'all_open'
    group by by_macro.day
),

by_snapshots as (
    select
        snapshot_date as day,
        sum(coalesce(amount, 0)) as amount
    from {{ ref('fct_pipeline_snapshots') }}
    group by snapshot_date
)

select
    by_macro.day,
    by_macro.amount,
    by_movements.amount as amount_by_movements,
    by_snapshots.amount as amount_by_snapshots
from by_macro
inner join by_movements on by_macro.day = by_movements.day
left join by_snapshots on by_macro.day = by_snapshots.day
where
    by_macro.amount <> by_movements.amount
    or by_macro.amount <> by_snapshots.amount
