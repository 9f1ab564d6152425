select
    period_start, segment, channel, won_amount, expected_open_amount, expected_future_amount,
    target_amount
from marts.rpt_revenue_outlook
where period_grain = 'quarter' and (segment = '(all)' or channel = '(all)')
order by period_start, segment, channel
