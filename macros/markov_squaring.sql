{#
    One squaring of Markov chains (all types of conversion and replicates at once): from Q^(2^k) and the expected visits
    so far, I + Q + … + Q^(2^k - 1), to the same for k + 1. Powers below 1e-18 are dropped, so that after a few squarings
    next to nothing is left to multiply.
    A whole model body, against the house rule, because fifteen models of forty equal lines would be worse; each squaring
    is a table of its own because Spark computes a chain of common table expressions anew at every reference.
#}
{% macro markov_squaring(chains) -%}
with chains as (
    select * from {{ chains }}
),

-- A state's number tells its chain too.
products as (
    select
        chains.from_key,
        further.to_key,
        chains.power * further.power as power,
        chains.power * further.visits as visits
    from chains
    inner join chains as further on chains.to_key = further.from_key
    where chains.power > 0
    union all
    select
        from_key,
        to_key,
        0 as power,
        visits
    from chains
),

summed as (
    select
        from_key,
        to_key,
        case when sum(power) < 1e-18 then 0 else sum(power) end as power,
        sum(visits) as visits
    from products
    group by from_key, to_key
)

select * from summed
{%- endmacro %}
