with conversions as (select * from {{ ref('int_conversions') }}),

-- Use numbers instead of ids: every credit row is joined and sorted by them.
numbered as (
    select
        conversion_id,
        conversion_type,
        cast(row_number() over (order by conversion_id asc nulls last) as bigint)
            as conversion_number,
        cast(abs(cast(conversion_value as decimal(20, 2))) * 100 as bigint) as cents,
        cast(mod(
            {{ md5_number('coalesce(account_id, visitor_key, conversion_id)') }},
            {{ var('attribution_bootstrap_groups') }}
        ) as int) as bootstrap_group,
        gross_margin,
        conversion_value < 0 as is_negative,
        opportunity_created_at,
        converted_at
    from conversions
)

select * from numbered
