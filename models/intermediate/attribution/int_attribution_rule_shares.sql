-- A model that finds nothing to credit meets no path: its key is null. (The same as a condition of
-- the join below keeps DuckDB from a hash join.)
with weights as (
    select
        *,
        case when present_weight > 0 then conversion_id end as credited_conversion_id
    from {{ ref('int_attribution_rule_weights') }}
),

paths as (
    select
        conversion_id,
        position
    from {{ ref('int_attribution_paths') }}
),

-- Every touch with what its anchors, the middle and an even spread give it; one row without a
-- position where the model finds nothing to credit.
weighted as (
    select
        weights.conversion_id,
        weights.model,
        paths.position,
        weights.present_weight,
        case when paths.position = weights.first_position then weights.first_weight else 0 end
        + case when paths.position = weights.lead_position then weights.lead_weight else 0 end
        + case
            when
                paths.position = weights.opportunity_position
                then weights.opportunity_weight
            else 0
        end
        + case when paths.position = weights.won_position then weights.won_weight else 0 end
        + case when paths.position = weights.last_position then weights.last_weight else 0 end
        + case
            when
                weights.middle_weight is null
                or paths.position = weights.first_position
                or paths.position = weights.lead_position
                or paths.position = weights.opportunity_position
                or paths.position = weights.won_position
                or paths.position = weights.last_position
                then 0
            else weights.middle_weight / nullif(weights.middle_count, 0)
        end
        + coalesce(weights.even_weight / nullif(weights.touches_count, 0), 0) as weight
    from weights
    left outer join paths on weights.credited_conversion_id = paths.conversion_id
),

shares as (
    select
        conversion_id,
        model,
        position,
        case when position is null then 1 else weight / nullif(present_weight, 0) end
            as credit_share
    from weighted
    where position is null or weight > 0
)

select * from shares
