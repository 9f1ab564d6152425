with opportunities as (
    select
        *,
        least(created_at, coalesce(closed_at, created_at)) as entered_at
    from {{ ref('int_opportunities') }}
    where created_at is not null
),

opportunity_changes as (select * from {{ ref('opportunity_changes') }}),

status_stages as (
    select * from {{ ref('int_status_stages') }}
    where object = 'opportunity'
),

exchange_rates as (select * from {{ ref('int_exchange_rates') }}),

-- A value recorded before the opportunity was created is valid from its creation.
converted as (
    select
        opportunities.opportunity_id,
        opportunity_changes.stage as source_stage,
        status_stages.stage,
        {{ to_reporting_currency(
            'opportunity_changes.amount',
            'opportunities.currency',
            'exchange_rates.rate',
            'opportunities.conversion_date'
        ) }} as amount,
        coalesce(status_stages.stage in ('customer', 'lost'), false) as is_closed,
        opportunity_changes.close_date,
        opportunity_changes.changed_at,
        greatest(opportunity_changes.changed_at, opportunities.entered_at) as valid_from
    from opportunity_changes
    inner join opportunities on opportunity_changes.opportunity_id = opportunities.opportunity_id
    left join status_stages
        on
            opportunity_changes.source_system = status_stages.source_system
            and opportunity_changes.stage = status_stages.source_status
    left join exchange_rates
        on
            opportunities.currency = exchange_rates.currency
            and opportunities.conversion_date = exchange_rates.rate_date
),

-- Of changes with the same timestamp (ordered open before closed, then by stage name) keep the
-- last one.
last_of_instant as (
    select * from converted
    qualify row_number() over (
        partition by opportunity_id, valid_from
        order by
            changed_at desc nulls last,
            is_closed desc nulls last,
            source_stage desc nulls last,
            amount desc nulls last,
            close_date desc nulls last
    ) = 1
),

first_changes as (
    select
        *,
        true as has_change
    from last_of_instant
    qualify row_number() over (partition by opportunity_id order by valid_from asc nulls last) = 1
),

-- Before its first change, the opportunity is open with its first known values.
entries as (
    select
        opportunities.opportunity_id,
        case
            when first_changes.has_change and not first_changes.is_closed
                then first_changes.source_stage
            when first_changes.has_change is null and not opportunities.is_closed
                then opportunities.source_stage
        end as source_stage,
        case
            when first_changes.has_change and not first_changes.is_closed
                then first_changes.stage
            when first_changes.has_change is null and not opportunities.is_closed
                then opportunities.stage
        end as stage,
        case
            when first_changes.has_change then first_changes.amount else opportunities.amount
        end as amount,
        case
            when first_changes.has_change then first_changes.close_date
            else opportunities.close_date
        end as close_date,
        opportunities.entered_at as valid_from
    from opportunities
    left join first_changes on opportunities.opportunity_id = first_changes.opportunity_id
    where coalesce(first_changes.valid_from > opportunities.entered_at, true)
),

recorded as (
    select * from entries
    union all
    select
        opportunity_id,
        source_stage,
        stage,
        amount,
        close_date,
        valid_from
    from last_of_instant
)

select * from recorded
