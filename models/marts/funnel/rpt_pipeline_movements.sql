with pipeline_months as (select * from {{ ref('int_pipeline_months') }}),

movements as (select * from {{ ref('int_pipeline_movements') }}),

snapshots as (
    select
        segment,
        coalesce(amount, 0) as amount,
        {{ fiscal_quarter_start('close_date') }} as due_quarter,
        cast({{ dbt.date_trunc('month', 'snapshot_date') }} as date) as snapshot_month
    from {{ ref('fct_pipeline_snapshots') }}
),

-- The end of a month is the start of the next one. Whether an opportunity is due in the quarter is
-- decided per month.
balances as (
    select
        segment,
        0 as start_amount,
        amount as end_amount,
        due_quarter,
        snapshot_month as period_month
    from snapshots
    union all
    select
        segment,
        amount as start_amount,
        0 as end_amount,
        due_quarter,
        cast({{ dbt.dateadd('month', 1, 'snapshot_month') }} as date) as period_month
    from snapshots
),

scoped_balances as (
    select
        *,
        'all_open' as pipeline_scope
    from balances
    union all
    select
        *,
        'due_this_quarter' as pipeline_scope
    from balances
    where due_quarter = {{ fiscal_quarter_start('period_month') }}
),

balance_sums as (
    select
        pipeline_months.segment,
        scoped_balances.pipeline_scope,
        scoped_balances.period_month,
        sum(scoped_balances.start_amount) as start_amount,
        sum(scoped_balances.end_amount) as end_amount
    from scoped_balances
    inner join pipeline_months
        on
            scoped_balances.period_month = pipeline_months.period_month
            and pipeline_months.segment in (scoped_balances.segment, '(all)')
    group by all
),

movement_sums as (
    select
        pipeline_months.segment,
        movements.pipeline_scope,
        movements.period_month,
        sum(movements.created_amount) as created_amount,
        sum(movements.reopened_amount) as reopened_amount,
        sum(movements.pulled_in_amount) as pulled_in_amount,
        sum(movements.increased_amount) as increased_amount,
        sum(movements.decreased_amount) as decreased_amount,
        sum(movements.won_amount) as won_amount,
        sum(movements.lost_amount) as lost_amount,
        sum(movements.pushed_out_amount) as pushed_out_amount
    from movements
    inner join pipeline_months
        on
            movements.period_month = pipeline_months.period_month
            and pipeline_months.segment in (movements.segment, '(all)')
    group by all
),

scopes as (
    select distinct pipeline_scope from movements
),

final as (
    select
        pipeline_months.segment,
        scopes.pipeline_scope,
        {%- for amount in [
            'start', 'created', 'reopened', 'pulled_in', 'increased', 'decreased', 'won', 'lost',
            'pushed_out', 'end'
        ] %}
        cast(coalesce({{ amount }}_amount, 0) as decimal(18, 2)) as {{ amount }}_amount,
        {%- endfor %}
        pipeline_months.segment = '(all)' as is_total,
        pipeline_months.period_month
    from pipeline_months
    cross join scopes
    left join movement_sums
        on
            pipeline_months.segment = movement_sums.segment
            and pipeline_months.period_month = movement_sums.period_month
            and scopes.pipeline_scope = movement_sums.pipeline_scope
    left join balance_sums
        on
            pipeline_months.segment = balance_sums.segment
            and pipeline_months.period_month = balance_sums.period_month
            and scopes.pipeline_scope = balance_sums.pipeline_scope
)

select * from final
