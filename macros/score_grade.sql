{# Grade of a fit score (A to C) and an engagement score (1 to 3), such as A1. #}
{% macro score_grade(fit_score, engagement_score) -%}
    case
        when {{ fit_score }} >= {{ var('fit_grade_a_minimum') }} then 'A'
        when {{ fit_score }} >= {{ var('fit_grade_b_minimum') }} then 'B'
        else 'C'
    end
    || case
        when {{ engagement_score }} >= {{ var('mql_score_threshold') }} then '1'
        when {{ engagement_score }} >= {{ var('engagement_grade_2_minimum') }} then '2'
        else '3'
    end
{%- endmacro %}
