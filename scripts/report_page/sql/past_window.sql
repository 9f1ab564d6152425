select
    opportunity_name, account_name, segment, source_stage, amount, win_probability, age_days,
    close_date, drivers
from marts.fct_open_pipeline
where is_past_usual_window and as_of_month = (select max(as_of_month) from marts.fct_open_pipeline)
order by amount desc nulls last, opportunity_id
limit 500
