with fractions as (select * from {{ ref('int_attribution_touch_fractions') }}),

shape_shares as (
    select * from {{ ref('int_attribution_shape_shares') }}
    where has_touch_weights and position is not null
),

conversion_models as (
    select
        anchors.conversion_number,
        anchors.shape_number,
        models.*
    from {{ ref('int_attribution_anchors') }} as anchors
    cross join {{ ref('int_attribution_models') }} as models
    where models.has_touch_weights
),

-- Weight of a touch for its position and for itself.
weighted as (
    select
        conversion_models.conversion_number,
        conversion_models.model_number,
        fractions.position,
        coalesce(shape_shares.weight, 0)
        + coalesce(conversion_models.decay_weight * fractions.decay_fraction, 0)
        + coalesce(conversion_models.markov_weight * fractions.markov_fraction, 0)
        + coalesce(conversion_models.shapley_weight * fractions.shapley_fraction, 0) as weight
    from conversion_models
    inner join fractions on conversion_models.conversion_number = fractions.conversion_number
    left join shape_shares
        on
            conversion_models.shape_number = shape_shares.shape_number
            and conversion_models.model_number = shape_shares.model_number
            and fractions.position = shape_shares.position
),

-- Scale to the weights that found a touch. Rounding makes the sum independent of row order.
shares as (
    select
        conversion_number,
        model_number,
        position,
        weight / round(sum(weight) over (partition by conversion_number, model_number), 9)
            as credit_share
    from weighted
    where weight > 0
),

whole as (
    select
        *,
        cast(round(credit_share * 1e12) as bigint) as whole_weight,
        cast(sum(cast(round(credit_share * 1e12) as bigint)) over (
            partition by conversion_number, model_number
        ) as bigint) as total_weight
    from shares
),

-- Keep one row without a position for a model that credits no touch of a conversion.
completed as (
    select
        conversion_models.conversion_number,
        conversion_models.model_number,
        whole.position,
        coalesce(whole.credit_share, 1) as credit_share,
        coalesce(whole.whole_weight, 1) as whole_weight,
        coalesce(whole.total_weight, 1) as total_weight
    from conversion_models
    left join whole
        on
            conversion_models.conversion_number = whole.conversion_number
            and conversion_models.model_number = whole.model_number
)

select * from completed
