{%- set passes = range(1, 7) -%}
with records as (
    select
        *,
        {{ identifier_key('identifier') }} as identifier_key
    from {{ ref('int_identity_records') }}
),

{% for pass in passes -%}
pass_{{ pass }} as (
    select distinct
        node,
        label
    from {{ ref('int_identity_pass_' ~ pass) }}
),

{% endfor -%}
after_pass_0 as (
    select
        identifier_key,
        identifier_key as component
    from records
),

-- A label that a pass left alone is missing from the next ones and stays as it is.
{% for pass in passes -%}
after_pass_{{ pass }} as (
    select
        known.identifier_key,
        coalesce(pass_{{ pass }}.label, known.component) as component
    from after_pass_{{ pass - 1 }} as known
    left join pass_{{ pass }} on known.component = pass_{{ pass }}.node
),

{% endfor -%}
components as (
    select
        records.identifier,
        records.identifier_type,
        cast(settled.component as string) as component,
        records.first_seen_at
    from records
    inner join after_pass_{{ passes | last }} as settled
        on records.identifier_key = settled.identifier_key
)

select * from components
