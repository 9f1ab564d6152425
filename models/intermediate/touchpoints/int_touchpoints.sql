{{ config(materialized='table' if target.type != 'duckdb' else 'view') }}

-- Most touches are sessions of visitors who are not followed. Read those from int_sessions.
with touchpoints as (
    select * from {{ ref('int_followed_touchpoints') }}
    union all
    select * from {{ ref('int_described_touches') }}
    where not is_followed
)

select * from touchpoints
