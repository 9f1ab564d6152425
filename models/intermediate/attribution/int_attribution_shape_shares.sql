-- A model that finds nothing to credit meets no place: its count of touches is null.
with weights as (
    select
        *,
        case when present_weight > 0 then touches_count end as credited_touches_count
    from {{ ref('int_attribution_shape_weights') }}
),

positions as (
    select distinct position
    from {{ ref('int_attribution_paths') }}
),

-- Every place with what its anchors, the middle and an even spread give it.
weighted as (
    select
        weights.shape_number,
        weights.model_number,
        positions.position,
        weights.has_touch_weights,
        weights.present_weight,
        case when positions.position = weights.first_position then weights.first_weight else 0 end
        + case when positions.position = weights.lead_position then weights.lead_weight else 0 end
        + case
            when positions.position = weights.opportunity_position then weights.opportunity_weight
            else 0
        end
        + case when positions.position = weights.won_position then weights.won_weight else 0 end
        + case when positions.position = weights.last_position then weights.last_weight else 0 end
        + case
            when positions.position = weights.non_direct_position then weights.non_direct_weight
            else 0
        end
        + case
            when
                weights.middle_weight is null
                or positions.position = weights.first_position
                or positions.position = weights.lead_position
                or positions.position = weights.opportunity_position
                or positions.position = weights.won_position
                or positions.position = weights.last_position
                or positions.position = weights.non_direct_position
                then 0
            else weights.middle_weight / nullif(weights.middle_count, 0)
        end
        + coalesce(weights.even_weight / nullif(weights.touches_count, 0), 0) as weight
    from weights
    left outer join positions on weights.credited_touches_count >= positions.position
),

shares as (
    select
        shape_number,
        model_number,
        position,
        has_touch_weights,
        weight,
        case when position is null then 1 else weight / nullif(present_weight, 0) end
            as credit_share
    from weighted
    where position is null or weight > 0
),

-- Shares become whole numbers: from here on no floating point decides about a cent.
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
