{#
    A part of an amount in proportion to its weight, in cents. The parts of a partition sum to the amount exactly, because
    each is the difference of two running totals that were rounded. Needs the columns cumulative_weight (running sum of the
    weights in the given order) and total_weight; without any weight, the parts are 0.
#}
{% macro split_to_cents(amount, partition, order) -%}
    {%- set rounded -%}
        coalesce(
            cast(cast({{ amount }} as double) * cumulative_weight / nullif(total_weight, 0) as decimal(18, 2)), 0
        )
    {%- endset -%}
    {{ rounded }} - coalesce(lag({{ rounded }}) over (partition by {{ partition }} order by {{ order }}), 0)
{%- endmacro %}
