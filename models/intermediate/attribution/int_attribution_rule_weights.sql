with anchors as (
    select * from {{ ref('int_attribution_anchors') }}
),

-- One row per model; a weight is null where the model has no such anchor.
models as (
    select
        model,
        cast(max(case when anchor = 'FT' then weight end) as double) as first_weight,
        cast(max(case when anchor = 'LC' then weight end) as double) as lead_weight,
        cast(max(case when anchor = 'OC' then weight end) as double) as opportunity_weight,
        cast(max(case when anchor = 'CW' then weight end) as double) as won_weight,
        cast(max(case when anchor = 'LT' then weight end) as double) as last_weight,
        cast(max(case when anchor = 'MID' then weight end) as double) as middle_weight,
        cast(max(case when anchor = 'ALL' then weight end) as double) as even_weight
    from {{ ref('attribution_models') }}
    group by model
),

-- Only the model's own anchors hold a touch.
placed as (
    select
        anchors.conversion_id,
        models.model,
        anchors.touches_count,
        models.first_weight,
        models.lead_weight,
        models.opportunity_weight,
        models.won_weight,
        models.last_weight,
        models.middle_weight,
        models.even_weight,
        case when models.first_weight is not null then anchors.first_position end as first_position,
        case when models.lead_weight is not null then anchors.lead_position end as lead_position,
        case
            when models.opportunity_weight is not null then anchors.opportunity_position
        end as opportunity_position,
        case when models.won_weight is not null then anchors.won_position end as won_position,
        case when models.last_weight is not null then anchors.last_position end as last_position
    from anchors
    cross join models
),

-- A touch that holds several anchors is one touch less for the middle, not several.
counted as (
    select
        *,
        touches_count
        - case when first_position is null then 0 else 1 end
        - case
            when last_position is null or last_position = coalesce(first_position, 0) then 0
            else 1
        end
        - case
            when lead_position is null or lead_position in (
                coalesce(first_position, 0), coalesce(last_position, 0)
            ) then 0
            else 1
        end
        - case
            when opportunity_position is null or opportunity_position in (
                coalesce(first_position, 0), coalesce(last_position, 0), coalesce(lead_position, 0)
            ) then 0
            else 1
        end
        - case
            when won_position is null or won_position in (
                coalesce(first_position, 0),
                coalesce(last_position, 0),
                coalesce(lead_position, 0),
                coalesce(opportunity_position, 0)
            ) then 0
            else 1
        end as middle_count
    from placed
),

-- The weights present; where there are none, nothing can be credited to a touch.
weights as (
    select
        *,
        case when first_position is null then 0 else first_weight end
        + case when lead_position is null then 0 else lead_weight end
        + case when opportunity_position is null then 0 else opportunity_weight end
        + case when won_position is null then 0 else won_weight end
        + case when last_position is null then 0 else last_weight end
        + case when middle_count > 0 then coalesce(middle_weight, 0) else 0 end
        + case when touches_count > 0 then coalesce(even_weight, 0) else 0 end as present_weight
    from counted
)

select * from weights
