with shapes as (
    select distinct
        shape_number,
        touches_count,
        first_position,
        lead_position,
        opportunity_position,
        won_position,
        last_position,
        non_direct_position
    from {{ ref('int_attribution_anchors') }}
),

models as (
    select * from {{ ref('int_attribution_models') }}
    where not is_response
),

positions as (
    select distinct position from {{ ref('int_attribution_paths') }}
),

-- A missing anchor has no position and an unused one no weight, so neither adds a row.
anchored as (
    select
        shapes.*,
        models.*,
        positions.position,
        coalesce(case positions.position when shapes.first_position then models.first_weight end, 0)
        + coalesce(case positions.position when shapes.lead_position then models.lead_weight end, 0)
        + coalesce(case positions.position
            when shapes.opportunity_position then models.opportunity_weight
        end, 0)
        + coalesce(case positions.position when shapes.won_position then models.won_weight end, 0)
        + coalesce(case positions.position when shapes.last_position then models.last_weight end, 0)
        + coalesce(case positions.position
            when shapes.non_direct_position then models.non_direct_weight
        end, 0) as anchor_weight
    from shapes
    cross join models
    left join positions on shapes.touches_count >= positions.position
),

-- Touches without an anchor share the middle weight equally; all touches share the even weight.
weighted as (
    select
        shape_number,
        model_number,
        position,
        has_touch_weights,
        case
            when position is null then 0
            when anchor_weight > 0
                then anchor_weight + coalesce(even_weight, 0) / touches_count
            else
                coalesce(even_weight, 0) / touches_count
                + coalesce(middle_weight, 0) / sum(case when anchor_weight = 0 then 1 end) over (
                    partition by shape_number, model_number
                )
        end as weight
    from anchored
),

-- Scale to the weights that found a touch. Rounding makes the sum independent of row order.
with_total as (
    select
        *,
        round(sum(weight) over (partition by shape_number, model_number), 9) as present_weight
    from weighted
),

-- Keep one row without a position for a model that credits no touch of a shape.
shares as (
    select
        shape_number,
        model_number,
        case when weight > 0 then position end as position,
        has_touch_weights,
        weight,
        case when weight > 0 then weight / present_weight else 1 end as credit_share
    from with_total
    where weight > 0 or (present_weight = 0 and coalesce(position, 1) = 1)
),

-- Use whole numbers from here on, so that cents are split exactly.
whole as (
    select
        *,
        cast(round(credit_share * 1e12) as bigint) as whole_weight,
        cast(sum(cast(round(credit_share * 1e12) as bigint)) over (
            partition by shape_number, model_number
        ) as bigint) as total_weight
    from shares
)

select * from whole
