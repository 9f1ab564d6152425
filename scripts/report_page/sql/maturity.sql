select
    stage, indicator, rm6_dimension, reading, measured_value, threshold, is_met, is_stage_reached
from marts.rpt_maturity_scorecard
order by stage_order, indicator
