-- Of several steps out of a stage, the one that most journeys take. Cohorts without a window: converted at any time.
with steps as (
    select from_stage, to_stage
    from marts.rpt_funnel_conversion
    where basis = 'cohort' and window_days is null and channel = '(all)' and segment = '(all)'
    group by from_stage, to_stage
    qualify row_number() over (
        partition by from_stage order by sum(converted_count) desc, to_stage
    ) = 1
)
select
    conversion.period_month, conversion.from_stage, conversion.to_stage, conversion.channel,
    conversion.segment, conversion.entered_count, conversion.entered_accounts_count,
    conversion.converted_count, conversion.converted_accounts_count
from marts.rpt_funnel_conversion as conversion
inner join steps using (from_stage, to_stage)
where conversion.basis = 'cohort' and conversion.window_days is null
order by
    list_position(
        ['visitor', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'], conversion.from_stage
    ),
    conversion.period_month, conversion.channel, conversion.segment
