{{ config(enabled='stripe' in var('billing_sources')) }}

{#- With these statuses the newest version has no end; with others it ends with its paid period. -#}
{%- set open_statuses = "('active', 'trialing', 'past_due', 'unpaid')" -%}

with lines as (select * from {{ ref('base_stripe__invoice_lines') }}),

-- A subscription that ended after as_of was still running.
subscriptions as (
    select
        id,
        start_date,
        case when ended_at >= {{ as_of_end() }} then 'active' else status end as status,
        case when ended_at < {{ as_of_end() }} then ended_at end as ended_at
    from {{ raw('stripe', 'subscription') }}
),

-- Each item of a subscription has a sequence of versions. If several lines start on one day, use
-- the last one: versions of zero length were never in force.
versions as (
    select
        lines.*,
        coalesce(lines.subscription_item_id, lines.subscription_id) as item_id,
        {{ reporting_date('lines.service_start_at') }} as valid_from,
        {{ reporting_date('lines.service_end_at') }} as paid_until,
        {{ reporting_date('subscriptions.ended_at') }} as ended_date,
        subscriptions.status,
        subscriptions.start_date as started_at,
        subscriptions.ended_at
    from lines
    left join subscriptions
        on lines.subscription_id = subscriptions.id
    where
        lines.set_aside_because is null
        and lines.is_recurring
        and lines.subscription_id is not null
        and lines.gross_amount >= 0
        and lines.service_start_at is not null
        and (subscriptions.ended_at is null or lines.service_start_at <= subscriptions.ended_at)
    qualify row_number() over (
        partition by
            lines.subscription_id,
            coalesce(lines.subscription_item_id, lines.subscription_id),
            {{ reporting_date('lines.service_start_at') }}
        order by
            lines.service_start_at desc nulls last, lines.invoiced_at desc nulls last,
            lines.is_proration asc nulls last, lines.line_id desc nulls last
    ) = 1
),

followed as (
    select
        *,
        lead(valid_from) over (
            partition by subscription_id, item_id
            order by valid_from asc nulls first
        ) as next_valid_from
    from versions
),

-- A version ends at the start of the next one, at the end of its paid period if that is earlier (a
-- pause), or at the end of the subscription if that is earlier still.
ended as (
    select
        *,
        case
            when next_valid_from is not null then least(next_valid_from, paid_until, ended_date)
            when ended_date is null and status in {{ open_statuses }} then cast(null as date)
            else least(paid_until, ended_date)
        end as valid_to
    from followed
)

select * from ended
