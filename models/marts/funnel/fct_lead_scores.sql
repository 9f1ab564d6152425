{{ config(materialized=view_until_published()) }}

with lead_scores as (select * from {{ ref('int_lead_scores') }}),

final as (
    select
        person_key,
        grade,
        top_reason,
        fit_score,
        engagement_score,
        is_good_fit,
        is_ready,
        is_threshold_reached,
        scored_date
    from lead_scores
)

select * from final
