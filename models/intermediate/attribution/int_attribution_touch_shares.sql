-- One row per conversion and model that looks at the touches themselves.
with weights as (
    select
        anchors.conversion_number,
        weights.*
    from {{ ref('int_attribution_anchors') }} as anchors
    inner join {{ ref('int_attribution_shape_weights') }} as weights
        on anchors.shape_number = weights.shape_number
    where weights.has_touch_weights
),

fractions as (
    select * from {{ ref('int_attribution_touch_fractions') }}
),

shape_shares as (
    select * from {{ ref('int_attribution_shape_shares') }}
    where has_touch_weights and position is not null
),

-- What a touch has by its place, and by itself. Removal effects that are all 0 give nothing.
weighted as (
    select
        weights.conversion_number,
        weights.model_number,
        fractions.position,
        coalesce(shape_shares.weight, 0)
        + coalesce(weights.decay_weight * fractions.decay_fraction, 0)
        + coalesce(weights.markov_weight * fractions.markov_fraction, 0)
        + coalesce(weights.shapley_weight * fractions.shapley_fraction, 0) as weight,
        weights.present_weight
        + coalesce(weights.decay_weight, 0)
        + case
            when fractions.markov_fraction is null then 0 else coalesce(weights.markov_weight, 0)
        end
        + coalesce(weights.shapley_weight, 0) as present_weight
    from weights
    inner join fractions on weights.conversion_number = fractions.conversion_number
    left outer join shape_shares
        on
            weights.shape_number = shape_shares.shape_number
            and weights.model_number = shape_shares.model_number
            and fractions.position = shape_shares.position
),

whole as (
    select
        conversion_number,
        model_number,
        position,
        weight / present_weight as credit_share,
        cast(round(weight / present_weight * 1e12) as bigint) as whole_weight
    from weighted
    where weight > 0
),

totals as (
    select
        conversion_number,
        model_number,
        cast(sum(whole_weight) as bigint) as total_weight
    from whole
    group by conversion_number, model_number
),

-- A conversion and model without any share keep one row without a position, for the whole.
shares as (
    select
        weights.conversion_number,
        weights.model_number,
        whole.position,
        coalesce(whole.credit_share, 1) as credit_share,
        coalesce(whole.whole_weight, 1) as whole_weight,
        coalesce(totals.total_weight, 1) as total_weight
    from weights
    left outer join totals
        on
            weights.conversion_number = totals.conversion_number
            and weights.model_number = totals.model_number
    left outer join whole
        on
            weights.conversion_number = whole.conversion_number
            and weights.model_number = whole.model_number
)

select * from shares
