{# First day of the month, fiscal quarter or fiscal year (named in column `grain`) of a month. #}
{% macro period_start(grain, month) -%}
    case {{ grain }}
        when 'month' then {{ month }}
        when 'quarter' then {{ fiscal_quarter_start(month) }}
        when 'year'
            then cast({{ dbt.dateadd(
                'month',
                '-mod(cast(extract(month from ' ~ month ~ ') as int) - '
                ~ var('fiscal_year_start_month') ~ ' + 12, 12)',
                month
            ) }} as date)
    end
{%- endmacro %}
