with conversions as (
    select
        conversion_number,
        cents,
        case when is_negative then -1 else 1 end as sign
    from {{ ref('int_attribution_conversions') }}
),

anchors as (
    select
        conversion_number,
        shape_number
    from {{ ref('int_attribution_anchors') }}
),

shape_shares as (
    select * from {{ ref('int_attribution_shape_shares') }}
    where not has_touch_weights
),

shares as (
    select
        anchors.conversion_number,
        shape_shares.model_number,
        shape_shares.position,
        shape_shares.credit_share,
        shape_shares.whole_weight,
        shape_shares.total_weight
    from anchors
    inner join shape_shares on anchors.shape_number = shape_shares.shape_number
    union all
    select
        conversion_number,
        model_number,
        position,
        credit_share,
        whole_weight,
        total_weight
    from {{ ref('int_attribution_touch_shares') }}
),

of_conversions as (
    select
        shares.*,
        conversions.cents,
        conversions.sign
    from shares
    inner join conversions on shares.conversion_number = conversions.conversion_number
),

-- Most conversions, such as leads, have no value and need no sorting or rounding.
floors as (
    select
        *,
        {{ whole_share('cents', 'whole_weight', 'total_weight') }} as floor_cents
    from of_conversions
    where cents <> 0
),

remainders as (
    select
        *,
        {{ whole_share_remainder('cents', 'whole_weight', 'total_weight', 'floor_cents') }}
            as remainder
    from floors
),

-- The remainders add up to the left-over cents, which go to the largest remainders, then to the
-- earlier position. A single key of both numbers and a single sort order for both windows keep this
-- affordable at a hundred million rows.
ranked as (
    select
        *,
        cast(sum(remainder) over (
            partition by conversion_number * 1000 + model_number
            order by remainder desc nulls last, position asc nulls first
            rows between unbounded preceding and unbounded following
        ) as bigint) as remainders,
        row_number() over (
            partition by conversion_number * 1000 + model_number
            order by remainder desc nulls last, position asc nulls first
        ) as remainder_rank
    from remainders
),

rounded as (
    select
        conversion_number,
        model_number,
        position,
        credit_share,
        cast(
            cast(
                sign * (
                    floor_cents
                    + case
                        when remainder_rank * total_weight <= remainders then 1
                        else 0
                    end
                ) as decimal(18, 0)
            ) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
        ) as credited_value
    from ranked
),

splits as (
    select * from rounded
    union all
    select
        conversion_number,
        model_number,
        position,
        credit_share,
        cast(0 as decimal(18, 2)) as credited_value
    from of_conversions
    where cents = 0
)

select * from splits
