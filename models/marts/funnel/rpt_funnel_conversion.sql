with counts as (select * from {{ ref('int_journey_conversions') }}),

as_of as (select * from {{ ref('as_of') }}),

totals as (select * from {{ ref('int_report_totals') }}),

sliced as (
    select
        counts.basis,
        counts.from_stage,
        counts.to_stage,
        coalesce(totals.first_total, counts.channel) as channel,
        coalesce(totals.second_total, counts.segment) as segment,
        counts.window_days,
        cast(sum(counts.entered_count) as bigint) as entered_count,
        cast(sum(counts.converted_count) as bigint) as converted_count,
        cast(sum(counts.entered_accounts_count) as bigint) as entered_accounts_count,
        cast(sum(counts.converted_accounts_count) as bigint) as converted_accounts_count,
        cast(sum(counts.entered_opportunities_count) as bigint) as entered_opportunities_count,
        cast(sum(counts.converted_opportunities_count) as bigint) as converted_opportunities_count,
        counts.period_month
    from counts
    cross join totals
    group by all
),

-- A cohort is mature once the window of its last possible entry is over, and never without a
-- window. Rows of basis period are mature once the month is over.
final as (
    select
        sliced.basis,
        sliced.from_stage,
        sliced.to_stage,
        sliced.channel,
        sliced.segment,
        sliced.window_days,
        sliced.entered_count,
        sliced.converted_count,
        sliced.entered_accounts_count,
        sliced.converted_accounts_count,
        sliced.entered_opportunities_count,
        sliced.converted_opportunities_count,
        cast(sliced.converted_count as double) / nullif(sliced.entered_count, 0) as conversion_rate,
        sliced.channel = '(all)' or sliced.segment = '(all)' as is_total,
        (sliced.basis = 'period' or sliced.window_days is not null)
        and cast(
            {{ dbt.dateadd(
                'day',
                'cast(coalesce(sliced.window_days, 0) as int)',
                dbt.dateadd('month', 1, 'sliced.period_month')
            ) }}
            as date
        ) <= cast({{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as date) as is_mature,
        sliced.period_month
    from sliced
    cross join as_of
)

select * from final
