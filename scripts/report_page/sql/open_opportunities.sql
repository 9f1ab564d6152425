select
    opportunity_name, account_name, segment, source_stage, amount, win_probability, expected_amount,
    age_days, expected_close_month, close_date, drivers, is_past_usual_window
from marts.fct_open_pipeline
where as_of_month = (select max(as_of_month) from marts.fct_open_pipeline)
order by expected_amount desc nulls last, opportunity_id
limit 500
