{{ config(materialized='view') }}

with splits as (select * from {{ ref('int_attribution_splits') }}),

models as (
    select
        model,
        model_number,
        is_published
    from {{ ref('int_attribution_models') }}
),

conversions as (
    select
        conversion_id,
        conversion_type,
        conversion_number,
        bootstrap_group,
        gross_margin,
        cast(date_trunc('month', {{ reporting_date('converted_at') }}) as date) as converted_month,
        converted_at
    from {{ ref('int_attribution_conversions') }}
),

anchors as (
    select
        conversion_number,
        touches_count
    from {{ ref('int_attribution_anchors') }}
),

-- Remove every detail of hidden touches, including the month.
paths as (
    select
        case when not is_hidden then touchpoint_id end as touchpoint_id,
        case when not is_hidden then campaign_id end as campaign_id,
        case when not is_hidden then utm_content end as utm_content,
        case when not is_hidden then utm_term end as utm_term,
        case when is_hidden then '(hidden by consent)' else channel end as channel,
        conversion_number,
        position,
        is_hidden,
        case
            when not is_hidden
                then cast(date_trunc('month', {{ reporting_date('touched_at') }}) as date)
        end as touched_month,
        case when not is_hidden then touched_at end as touched_at
    from {{ ref('int_attribution_paths') }}
),

-- Join first: millions of splits look up a few touches, whichever columns are selected later.
placed as (
    select
        splits.conversion_number,
        splits.model_number,
        splits.position,
        splits.credit_share,
        splits.credited_value,
        paths.touchpoint_id,
        paths.campaign_id,
        paths.utm_content,
        paths.utm_term,
        coalesce(paths.channel, '(unattributed)') as channel,
        coalesce(paths.is_hidden, false) as is_hidden,
        paths.touched_month,
        paths.touched_at
    from splits
    left outer join paths
        on
            splits.conversion_number = paths.conversion_number
            and splits.position = paths.position
    union all
    select
        conversion_number,
        model_number,
        null as position,
        credit_share,
        credited_value,
        null as touchpoint_id,
        null as campaign_id,
        null as utm_content,
        null as utm_term,
        channel,
        false as is_hidden,
        null as touched_month,
        null as touched_at
    from {{ ref('int_response_credits') }}
),

credits as (
    select
        conversions.conversion_id,
        placed.touchpoint_id,
        placed.campaign_id,
        placed.utm_content,
        placed.utm_term,
        conversions.conversion_type,
        models.model,
        placed.channel,
        conversions.bootstrap_group,
        placed.position,
        anchors.touches_count,
        placed.credit_share,
        placed.credited_value,
        conversions.gross_margin,
        placed.is_hidden,
        models.is_published,
        conversions.converted_month,
        placed.touched_month,
        conversions.converted_at,
        placed.touched_at
    from placed
    inner join conversions on placed.conversion_number = conversions.conversion_number
    inner join anchors on placed.conversion_number = anchors.conversion_number
    inner join models on placed.model_number = models.model_number
)

select * from credits
