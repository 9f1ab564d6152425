with conversions as (
    select
        conversion_id,
        conversion_number,
        converted_at
    from {{ ref('int_attribution_conversions') }}
),

conversion_people as (select * from {{ ref('int_conversion_people') }}),

touchpoints as (
    select
        touchpoint_id,
        path_visitor_key,
        channel,
        campaign_id,
        utm_content,
        utm_term,
        is_hidden,
        touched_at
    from {{ ref('int_followed_touchpoints') }}
    where is_attributable and touched_at is not null
),

units as (
    select
        conversions.conversion_id,
        conversions.conversion_number,
        conversion_people.path_visitor_key,
        {{ dbt.dateadd(
            'day', -var('attribution_lookback_days'), 'conversions.converted_at'
        ) }} as lookback_starts_at,
        conversions.converted_at
    from conversions
    inner join conversion_people on conversions.conversion_id = conversion_people.conversion_id
),

-- This join fans out: a touch is on the path of every conversion within the lookback.
paths as (
    select
        units.conversion_id,
        touchpoints.touchpoint_id,
        touchpoints.channel,
        lag(touchpoints.channel) over path as previous_channel,
        touchpoints.campaign_id,
        touchpoints.utm_content,
        touchpoints.utm_term,
        units.conversion_number,
        cast(row_number() over path as int) as position,
        touchpoints.is_hidden,
        touchpoints.touched_at
    from units
    inner join touchpoints
        on
            units.path_visitor_key = touchpoints.path_visitor_key
            and touchpoints.touched_at between units.lookback_starts_at and units.converted_at
    window path as (
        partition by units.conversion_number
        order by touchpoints.touched_at asc nulls last, touchpoints.touchpoint_id asc nulls last
    )
)

select * from paths
