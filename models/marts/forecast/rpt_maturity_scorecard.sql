with indicators as (select * from {{ ref('maturity_indicators') }}),

measured as (select * from {{ ref('rpt_maturity_indicators') }}),

compared as (
    select
        indicators.stage,
        indicators.indicator,
        indicators.rm6_dimension,
        indicators.reading,
        indicators.stage_order,
        measured.measured_value,
        indicators.threshold,
        indicators.is_higher_better,
        coalesce(
            case
                when indicators.is_higher_better
                    then measured.measured_value >= indicators.threshold
                else measured.measured_value <= indicators.threshold
            end, false
        ) as is_met
    from indicators
    left join measured on indicators.indicator = measured.indicator
),

-- A stage is reached if its indicators and those of all earlier stages are met.
reached as (
    select
        *,
        bool_and(is_met) over (order by stage_order nulls last) as is_stage_reached,
        min(case when not is_met then stage_order end) over () as next_stage_order
    from compared
),

final as (
    select
        stage,
        indicator,
        rm6_dimension,
        reading,
        stage_order,
        measured_value,
        cast(threshold as double) as threshold,
        is_higher_better,
        is_met,
        is_stage_reached,
        not is_met and stage_order = next_stage_order as is_missing_for_next_stage
    from reached
)

select * from final
