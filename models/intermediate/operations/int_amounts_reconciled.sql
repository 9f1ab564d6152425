with delivered_lines as (
    select coalesce(sum(amount), 0) as amount from {{ ref('revenue_lines') }}
),

lines_set_aside as (
    select coalesce(sum(amount), 0) as amount from {{ ref('int_revenue_lines_set_aside') }}
),

lines as (
    select
        coalesce(sum(source_amount), 0) as source_amount,
        coalesce(sum(amount), 0) as reporting_amount
    from {{ ref('int_revenue_lines') }}
),

survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'opportunity'
),

-- Merged opportunities are set aside, and so are changes of an amount after as_of.
opportunities as (
    select
        count(*) as rows_count,
        count(survivors.merged_id) as merged_count,
        coalesce(sum(exported.exported_amount), 0) as amount,
        coalesce(sum(
            coalesce(exported.exported_amount, 0)
            - case when survivors.merged_id is null then coalesce(exported.amount, 0) else 0 end
        ), 0) as set_aside_amount
    from {{ ref('int_opportunities_as_of') }} as exported
    left join survivors on exported.opportunity_id = survivors.merged_id
),

-- Amounts of several currencies are added up as they are, on both sides.
reconciled as (
    select
        'amount of revenue lines as delivered' as measure,
        delivered_lines.amount as raw_value,
        lines.source_amount as arrived_value,
        lines_set_aside.amount as set_aside_value
    from delivered_lines
    cross join lines_set_aside
    cross join lines
    union all
    select
        'revenue in the reporting currency' as measure,
        reporting_amount as raw_value,
        null as arrived_value,
        0 as set_aside_value
    from lines
    union all
    select
        'opportunities' as measure,
        rows_count as raw_value,
        null as arrived_value,
        merged_count as set_aside_value
    from opportunities
    union all
    select
        'amount of opportunities as delivered' as measure,
        amount as raw_value,
        null as arrived_value,
        set_aside_amount as set_aside_value
    from opportunities
)

select * from reconciled
