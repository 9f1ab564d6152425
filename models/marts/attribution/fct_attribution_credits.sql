{%- set published = var('published_attribution_models') | join("', '") -%}

with credits as (
    select * from {{ ref('int_attribution_credits') }}
    {%- if published %}
    where model in ('{{ published }}')
    {%- endif %}
),

conversions as (
    select
        conversion_id,
        conversion_type,
        touches_count,
        converted_at
    from {{ ref('fct_conversions') }}
),

paths as (
    select * from {{ ref('int_attribution_paths') }}
),

-- Credits of hidden touches are one row per conversion and model, which says nothing about them.
labelled as (
    select
        credits.conversion_id,
        paths.touchpoint_id,
        credits.model,
        case when credits.position is null then '(unattributed)' else paths.channel end as channel,
        paths.campaign_id,
        credits.credit_share,
        credits.credited_value,
        credits.position,
        paths.touched_at
    from credits
    left outer join
        paths
        on credits.conversion_id = paths.conversion_id and credits.position = paths.position
    where not coalesce(paths.is_hidden, false)
    union all
    select
        credits.conversion_id,
        cast(null as string) as touchpoint_id,
        credits.model,
        '(hidden by consent)' as channel,
        cast(null as string) as campaign_id,
        sum(credits.credit_share) as credit_share,
        sum(credits.credited_value) as credited_value,
        cast(null as bigint) as position,
        cast(null as timestamp) as touched_at
    from credits
    inner join
        paths
        on credits.conversion_id = paths.conversion_id and credits.position = paths.position
    where paths.is_hidden
    group by credits.conversion_id, credits.model
),

final as (
    select
        concat_ws(
            '|',
            labelled.conversion_id,
            labelled.model,
            coalesce(labelled.touchpoint_id, labelled.channel)
        ) as credit_id,
        labelled.conversion_id,
        labelled.touchpoint_id,
        labelled.campaign_id,
        conversions.conversion_type,
        labelled.model,
        labelled.channel,
        cast(labelled.position as bigint) as position,
        conversions.touches_count,
        cast(labelled.credit_share as double) as credit_share,
        cast(labelled.credited_value as decimal(18, 2)) as credited_value,
        labelled.touched_at,
        conversions.converted_at
    from labelled
    inner join conversions on labelled.conversion_id = conversions.conversion_id
)

select * from final
