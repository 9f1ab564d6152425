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

products as (
    select
        chains.conversion_type,
        chains.replicate,
        chains.from_state,
        further.to_state,
        chains.power * further.power as power,
        chains.power * further.visits as visits
    from chains
    inner join chains as further
        on
            chains.conversion_type = further.conversion_type
            and chains.replicate = further.replicate
            and chains.to_state = further.from_state
    where chains.power > 0
    union all
    select
        conversion_type,
        replicate,
        from_state,
        to_state,
        0 as power,
        visits
    from chains
),

summed as (
    select
        conversion_type,
        replicate,
        from_state,
        to_state,
        case when sum(power) < 1e-18 then 0 else sum(power) end as power,
        sum(visits) as visits
    from products
    group by conversion_type, replicate, from_state, to_state
)

select * from summed
{%- endmacro %}
