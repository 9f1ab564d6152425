{{ config(enabled='hubspot' in var('crm_sources')) }}

{% set so_far -%}
    partition by deal_id order by changed_at asc nulls last
    rows between unbounded preceding and current row
{%- endset -%}
with deals as (select * from {{ ref('base_hubspot__deals') }}),

raw_history as (
    select * from {{ raw('hubspot', 'deal_property_history', with_later=true) }}
),

raw_deal_stages as (
    select * from {{ raw('hubspot', 'deal_stage', with_later=true) }}
),

raw_stages as (
    select * from {{ raw('hubspot', 'deal_pipeline_stage') }}
),

deals_with_stages as (
    select distinct deal_id from raw_history
    where name = 'dealstage'
),

-- An emptied property is '(empty)' until the last step, so that it is not taken for one without a
-- change.
property_changes as (
    select
        deal_id,
        name,
        coalesce(nullif(trim(value), ''), '(empty)') as value,
        timestamp as changed_at
    from raw_history
    where
        name in (
            'dealstage', 'amount', 'closedate', 'hs_manual_forecast_category', 'hubspot_owner_id'
        )
    union all
    select
        deal_id,
        'dealstage' as name,
        coalesce(nullif(trim(value), ''), '(empty)') as value,
        coalesce(date_entered, _fivetran_start) as changed_at
    from raw_deal_stages
    where
        coalesce(date_entered, _fivetran_start) is not null
        and deal_id not in (select deals_with_stages.deal_id from deals_with_stages)
),

by_instant as (
    select
        deal_id,
        changed_at,
        max(case when name = 'dealstage' then value end) as stage_id,
        max(case when name = 'amount' then value end) as amount,
        max(case when name = 'closedate' then value end) as close_date,
        max(case when name = 'hs_manual_forecast_category' then value end) as forecast_category,
        max(case when name = 'hubspot_owner_id' then value end) as owner_id
    from property_changes
    group by deal_id, changed_at
),

held as (
    select
        deal_id,
        nullif(owner_id, '(empty)') as owner_id,
        {{ last_known('stage_id', so_far) }} as stage_id,
        {{ last_known('amount', so_far) }} as amount,
        {{ last_known('close_date', so_far) }} as close_date,
        {{ last_known('forecast_category', so_far) }} as forecast_category,
        max(amount) over (partition by deal_id) is null as is_amount_untracked,
        max(close_date) over (partition by deal_id) is null as is_close_date_untracked,
        changed_at
    from by_instant
),

-- A property without any history, because its tracking was left out, has its current value.
changes as (
    select
        held.deal_id,
        coalesce(raw_stages.label, nullif(held.stage_id, '(empty)')) as stage,
        held.owner_id,
        nullif(held.forecast_category, '(empty)') as forecast_category,
        case
            when held.is_amount_untracked then deals.property_amount
            else try_cast(held.amount as decimal(18, 2))
        end as amount,
        case
            when held.is_close_date_untracked then deals.property_closedate
            -- Some syncs deliver milliseconds since 1970.
            when {{ matches('held.close_date', "'^[0-9]{10,14}$'") }}
                then {{ dbt.dateadd(
                    'second', 'cast(floor(try_cast(held.close_date as bigint) / 1000) as int)',
                    "cast('1970-01-01' as timestamp)"
                ) }}
            else {{ parse_timestamp('held.close_date') }}
        end as close_at,
        held.changed_at
    from held
    left join raw_stages on held.stage_id = raw_stages.stage_id
    left join deals on held.deal_id = deals.deal_id
)

select * from changes
