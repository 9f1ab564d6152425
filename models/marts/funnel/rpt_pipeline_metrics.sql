with pipeline_months as (select * from {{ ref('int_pipeline_months') }}),

entries as (select * from {{ ref('int_opportunity_entries') }}),

closed_sums as (select * from {{ ref('int_pipeline_closings_by_month') }}),

snapshots as (
    select
        segment,
        amount,
        cast({{ dbt.date_trunc('month', 'snapshot_date') }} as date) as snapshot_month
    from {{ ref('fct_pipeline_snapshots') }}
),

created as (
    select
        months.segment,
        months.period_month,
        count(*) as created_count,
        sum(entries.amount) as created_amount
    from entries
    inner join pipeline_months as months
        on
            entries.created_month = months.period_month
            and months.segment in (entries.segment, '(all)')
    group by months.segment, months.period_month
),

opened as (
    select
        months.segment,
        months.period_month,
        count(*) as open_count,
        sum(snapshots.amount) as open_amount
    from snapshots
    inner join pipeline_months as months
        on
            snapshots.snapshot_month = months.period_month
            and months.segment in (snapshots.segment, '(all)')
    group by months.segment, months.period_month
),

joined as (
    select
        months.segment,
        {%- for what in ['created', 'won', 'lost', 'open'] %}
        cast(coalesce({{ what }}_count, 0) as bigint) as {{ what }}_count,
        cast(coalesce({{ what }}_amount, 0) as decimal(18, 2)) as {{ what }}_amount,
        {%- endfor %}
        {%- for measure in [
            'average_deal_size', 'median_cycle_days', 'p75_cycle_days', 'mean_cycle_days',
            'median_lead_cycle_days', 'trailing_win_rate', 'trailing_average_deal_size',
            'trailing_median_cycle_days'
        ] %}
        cast(closed_sums.{{ measure }} as double) as {{ measure }},
        {%- endfor %}
        months.period_month
    from pipeline_months as months
    left join created
        on months.segment = created.segment and months.period_month = created.period_month
    left join closed_sums
        on months.segment = closed_sums.segment and months.period_month = closed_sums.period_month
    left join opened
        on months.segment = opened.segment and months.period_month = opened.period_month
),

final as (
    select
        *,
        cast(won_count as double) / nullif(won_count + lost_count, 0) as win_rate,
        cast(won_amount as double) / nullif(cast(won_amount + lost_amount as double), 0)
            as win_rate_amount,
        open_count * trailing_win_rate * trailing_average_deal_size
        / nullif(trailing_median_cycle_days, 0) as pipeline_velocity,
        segment = '(all)' as is_total
    from joined
)

select * from final
