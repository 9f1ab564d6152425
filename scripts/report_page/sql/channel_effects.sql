-- Credit by touches, estimated effect and lift tests of each channel.
with credited as (
    select channel, credited_value
    from marts.rpt_attribution_model_comparison
    where model = 'linear' and conversion_type = 'won'
),
effects as (
    select
        channel,
        max(incremental_revenue) filter (where source = 'observed') as observed_effect,
        max(incremental_revenue) filter (where source = 'experiment') as tested_effect,
        max(incremental_revenue) filter (where source = 'combined') as combined_effect,
        max(low) filter (where source = 'combined') as low,
        max(high) filter (where source = 'combined') as high,
        max(lift_tests_count) as lift_tests_count,
        max(value_of_next_test) as value_of_next_test
    from marts.rpt_incremental_effects
    group by channel
)
select
    channel, coalesce(credited_value, 0) as credited_value, observed_effect, tested_effect,
    combined_effect, low, high, lift_tests_count, value_of_next_test
from effects
full join credited using (channel)
where credited_value <> 0 or combined_effect <> 0 or value_of_next_test > 0
order by combined_effect desc nulls last, credited_value desc nulls last, channel
