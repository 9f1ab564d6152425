with removal_effects as (
    select
        conversion_type,
        channel,
        cast(round(removal_effect * 1e12) as bigint) as weight
    from {{ ref('int_markov_removal_effects') }}
    where replicate = 0
),

values_by_type as (
    select
        conversion_type,
        cast(abs(sum(conversion_value)) * 100 as bigint) as cents,
        sum(conversion_value) < 0 as is_negative
    from {{ ref('int_conversions') }}
    group by conversion_type
),

with_total as (
    select
        removal_effects.conversion_type,
        removal_effects.channel,
        removal_effects.weight,
        cast(
            sum(removal_effects.weight) over (partition by removal_effects.conversion_type)
            as bigint
        ) as total_weight,
        values_by_type.cents,
        values_by_type.is_negative
    from removal_effects
    inner join values_by_type
        on removal_effects.conversion_type = values_by_type.conversion_type
),

floors as (
    select
        *,
        {{ whole_share('cents', 'weight', 'total_weight') }} as floor_cents
    from with_total
    where total_weight > 0
),

remainders as (
    select
        *,
        {{ whole_share_remainder('cents', 'weight', 'total_weight', 'floor_cents') }}
            as remainder
    from floors
),

-- Left-over cents go to the largest remainders, so that the channels sum to the converted value.
rounded as (
    select
        conversion_type,
        channel,
        is_negative,
        floor_cents + case
            when row_number() over (
                partition by conversion_type
                order by remainder desc nulls last, channel asc nulls last
            ) <= cents - sum(floor_cents) over (partition by conversion_type) then 1
            else 0
        end as share_cents
    from remainders
),

classical as (
    select
        conversion_type,
        channel,
        cast(
            cast(case when is_negative then -share_cents else share_cents end as decimal(18, 0))
            * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
        ) as classical_value
    from rounded
)

select * from classical
