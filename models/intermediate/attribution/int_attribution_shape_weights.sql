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
),

-- Only the model's own anchors hold a touch.
placed as (
    select
        shapes.shape_number,
        shapes.touches_count,
        models.*,
        case when models.first_weight is not null then shapes.first_position end as first_position,
        case when models.lead_weight is not null then shapes.lead_position end as lead_position,
        case
            when models.opportunity_weight is not null then shapes.opportunity_position
        end as opportunity_position,
        case when models.won_weight is not null then shapes.won_position end as won_position,
        case when models.last_weight is not null then shapes.last_position end as last_position,
        case
            when models.non_direct_weight is not null then shapes.non_direct_position
        end as non_direct_position
    from shapes
    cross join models
),

held as (
    select
        shape_number,
        model_number,
        first_position as position
    from placed
    union
    select
        shape_number,
        model_number,
        lead_position
    from placed
    union
    select
        shape_number,
        model_number,
        opportunity_position
    from placed
    union
    select
        shape_number,
        model_number,
        won_position
    from placed
    union
    select
        shape_number,
        model_number,
        last_position
    from placed
    union
    select
        shape_number,
        model_number,
        non_direct_position
    from placed
),

-- A touch that holds several anchors is one touch less for the middle, not several.
held_counts as (
    select
        shape_number,
        model_number,
        count(position) as held_count
    from held
    group by shape_number, model_number
),

-- The weights present; where there are none, nothing can be credited to a touch.
weights as (
    select
        placed.*,
        placed.touches_count - held_counts.held_count as middle_count,
        case when placed.first_position is null then 0 else placed.first_weight end
        + case when placed.lead_position is null then 0 else placed.lead_weight end
        + case when placed.opportunity_position is null then 0 else placed.opportunity_weight end
        + case when placed.won_position is null then 0 else placed.won_weight end
        + case when placed.last_position is null then 0 else placed.last_weight end
        + case when placed.non_direct_position is null then 0 else placed.non_direct_weight end
        + case
            when placed.touches_count > held_counts.held_count
                then coalesce(placed.middle_weight, 0)
            else 0
        end
        + case when placed.touches_count > 0 then coalesce(placed.even_weight, 0) else 0 end
            as present_weight
    from placed
    inner join held_counts
        on
            placed.shape_number = held_counts.shape_number
            and placed.model_number = held_counts.model_number
)

select * from weights
