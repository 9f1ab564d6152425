{%- set amounts = [
    'start_mrr', 'opening_mrr', 'new_mrr', 'reactivation_mrr', 'expansion_mrr',
    'contraction_mrr', 'churn_mrr', 'end_mrr', 'year_ago_mrr', 'year_ago_end_mrr', 'year_ago_kept_mrr'
] %}
{%- set counts = [
    'customers_start', 'customers_opening', 'customers_new', 'customers_reactivated',
    'customers_churned', 'customers_end'
] %}

with movements as (select * from {{ ref('fct_mrr_movements') }}),

accounts as (select * from {{ ref('int_accounts') }}),

by_segment as (
    select
        coalesce(accounts.segment, 'unknown') as segment,
        sum(movements.start_mrr) as start_mrr,
        sum(movements.opening_mrr) as opening_mrr,
        sum(movements.new_mrr) as new_mrr,
        sum(movements.reactivation_mrr) as reactivation_mrr,
        sum(movements.expansion_mrr) as expansion_mrr,
        sum(movements.contraction_mrr) as contraction_mrr,
        sum(movements.churn_mrr) as churn_mrr,
        sum(movements.end_mrr) as end_mrr,
        sum(movements.year_ago_mrr) as year_ago_mrr,
        sum(case when movements.year_ago_mrr > 0 then movements.end_mrr end)
            as year_ago_end_mrr,
        sum(case
            when movements.year_ago_mrr > 0
                then least(movements.year_ago_mrr, movements.end_mrr)
        end) as year_ago_kept_mrr,
        count(*) filter (where movements.start_mrr > 0) as customers_start,
        count(*) filter (where movements.opening_mrr > 0) as customers_opening,
        count(*) filter (where movements.new_mrr > 0) as customers_new,
        count(*) filter (where movements.reactivation_mrr > 0) as customers_reactivated,
        count(*) filter (where movements.churn_mrr > 0) as customers_churned,
        count(*) filter (where movements.end_mrr > 0) as customers_end,
        movements.period_month
    from movements
    left outer join accounts on movements.account_id = accounts.account_id
    group by all
),

with_total as (
    select * from by_segment
    union all
    select
        '(all)' as segment,
        {%- for column in amounts + counts %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        period_month
    from by_segment
    group by period_month
),

typed as (
    select
        segment,
        {%- for amount in amounts %}
        cast({{ amount }} as decimal(18, 2)) as {{ amount }},
        {%- endfor %}
        {%- for count in counts %}
        cast({{ count }} as bigint) as {{ count }},
        {%- endfor %}
        cast(lag(expansion_mrr, 12) over (
            partition by segment order by period_month asc nulls last
        ) as decimal(18, 2)) as year_ago_expansion_mrr,
        period_month
    from with_total
),

rated as (
    select
        segment,
        start_mrr,
        opening_mrr,
        new_mrr,
        reactivation_mrr,
        expansion_mrr,
        contraction_mrr,
        churn_mrr,
        end_mrr,
        customers_start,
        customers_opening,
        customers_new,
        customers_reactivated,
        customers_churned,
        customers_end,
        {{ rate('churn_mrr + contraction_mrr', 'start_mrr') }} as gross_churn_rate,
        {{ rate('churn_mrr + contraction_mrr - expansion_mrr - reactivation_mrr', 'start_mrr') }}
            as net_churn_rate,
        {{ rate('customers_churned', 'customers_start') }} as customer_churn_rate,
        {{ rate('year_ago_end_mrr', 'year_ago_mrr') }} as nrr,
        {{ rate('year_ago_kept_mrr', 'year_ago_mrr') }} as grr,
        {{ rate('new_mrr + reactivation_mrr + expansion_mrr', 'churn_mrr + contraction_mrr') }}
            as quick_ratio,
        {{ rate('end_mrr', 'customers_end') }} as arpa,
        {{ rate('expansion_mrr - year_ago_expansion_mrr', 'year_ago_expansion_mrr') }}
            as expansion_growth_rate,
        segment = '(all)' as is_total,
        period_month
    from typed
)

select * from rated
