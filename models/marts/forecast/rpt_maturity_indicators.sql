with as_of as (select * from {{ ref('as_of') }}),

periods as (
    select
        cast({{ dbt.dateadd('month', -12, 'as_of_end_at') }} as date) as first_date,
        as_of_date as last_date
    from as_of
),

months as (
    select months.*
    from {{ ref('rpt_monthly_summary') }} as months
    inner join periods on months.period_month between periods.first_date and periods.last_date
    where months.is_complete
),

final as (
    select
        'won_count' as indicator,
        cast(sum(won_count) as double) as measured_value
    from months
    union all
    select
        'mqls_per_month' as indicator,
        avg(cast(mqls_count as double)) as measured_value
    from months
    union all
    select
        'nrr' as indicator,
        max_by(nrr, period_month) as measured_value
    from months
    union all
    select
        'pipeline_variation' as indicator,
        stddev_samp(cast(created_amount as double))
        / nullif(avg(cast(created_amount as double)), 0) as measured_value
    from months
    union all
    select
        'known_source_share' as indicator,
        {{ rate('count(people.first_touch_channel)', 'count(*)') }} as measured_value
    from {{ ref('dim_people') }} as people
    inner join periods on people.became_lead_at >= periods.first_date
    union all
    select
        'follow_up_compliance' as indicator,
        {{ rate('sum(sla.met_count)', 'sum(sla.met_count + sla.breached_count)') }}
            as measured_value
    from {{ ref('rpt_sla_compliance') }} as sla
    inner join periods on sla.period_month between periods.first_date and periods.last_date
    where sla.metric = 'follow_up' and sla.team = '(all)' and sla.segment = '(all)'
    union all
    select
        'judged_share' as indicator,
        {{ rate('sum(quality.judged_count)', 'sum(quality.handed_over_count)') }} as measured_value
    from {{ ref('rpt_lead_quality') }} as quality
    inner join periods on quality.period_month between periods.first_date and periods.last_date
    union all
    select
        'recycled_reentry_rate' as indicator,
        {{ rate('sum(reentered_count)', 'sum(recycled_count)') }} as measured_value
    from {{ ref('rpt_recycle_yield') }}
    where is_mature
    union all
    select
        'marketing_touch_share' as indicator,
        {{ rate('sum(wins.influenced_amount)', 'sum(wins.won_amount)') }} as measured_value
    from {{ ref('rpt_marketing_contribution') }} as wins
    inner join periods on wins.period_month between periods.first_date and periods.last_date
    union all
    select
        'attributed_share' as indicator,
        sum(credited_share) filter (where channel not like '(%') as measured_value
    from {{ ref('rpt_attribution_model_comparison') }}
    where conversion_type = 'won' and model = '{{ var("cac_attribution_model") }}'
    union all
    select
        'tracked_share' as indicator,
        {{ rate('sum(ads.sessions_count)', 'sum(ads.clicks)') }} as measured_value
    from {{ ref('rpt_ad_performance') }} as ads
    inner join periods on ads.period_month between periods.first_date and periods.last_date
    union all
    select
        'marketing_quota_attainment' as indicator,
        {{ rate('sum(goals.actual)', 'sum(goals.target)') }} as measured_value
    from {{ ref('rpt_goal_attainment') }} as goals
    inner join periods on goals.period_start between periods.first_date and periods.last_date
    where goals.metric = 'sourced_won_amount' and goals.period_grain = 'month' and goals.is_over
    union all
    select
        'bookings_forecast_error' as indicator,
        max(wape) as measured_value
    from {{ ref('rpt_forecast_backtest') }}
    where measure = 'bookings' and method = 'combined' and horizon_months = 3 and is_total
    union all
    select
        'clv_to_cac' as indicator,
        {{ rate('sum(cac.clv_to_cac * cac.acquisition_spend)', 'sum(cac.acquisition_spend)') }}
            as measured_value
    from {{ ref('rpt_unit_economics') }} as cac
    inner join periods on cac.cohort_month between periods.first_date and periods.last_date
    where cac.cac_basis = 'fully_loaded' and cac.clv_to_cac is not null
)

select * from final
