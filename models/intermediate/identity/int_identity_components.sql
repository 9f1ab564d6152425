with records as (
    select * from {{ ref('int_identity_records') }}
),

{% for pass in range(1, 6) -%}
pass_{{ pass }} as (
    select distinct node, label from {{ ref('int_identity_pass_' ~ pass) }}
),

{% endfor -%}
components as (
    select
        records.identifier,
        records.identifier_type,
        coalesce(
            pass_5.label, pass_4.label, pass_3.label, pass_2.label, pass_1.label, records.identifier
        ) as component,
        records.first_seen_at
    from records
    left join pass_1 on records.identifier = pass_1.node
    left join pass_2 on pass_1.label = pass_2.node
    left join pass_3 on coalesce(pass_2.label, pass_1.label) = pass_3.node
    left join pass_4 on coalesce(pass_3.label, pass_2.label, pass_1.label) = pass_4.node
    left join pass_5 on coalesce(pass_4.label, pass_3.label, pass_2.label, pass_1.label) = pass_5.node
)

select * from components
