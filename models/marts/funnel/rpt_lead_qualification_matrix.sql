with lead_qualification as (select * from {{ ref('int_lead_qualification') }}),

journeys as (
    select * from {{ ref('fct_journeys') }}
    where person_key is not null
),

as_of as (select * from {{ ref('as_of') }}),

wins as (
    select
        person_key,
        count(*) as won_journeys_count,
        sum(case when is_opportunity_primary then 1 else 0 end) as won_count,
        sum(won_amount) as won_amount
    from journeys
    where current_stage = 'customer'
    group by person_key
),

cells as (
    select
        lead_qualification.fit,
        lead_qualification.readiness,
        count(*) as people_count,
        sum(case when wins.won_journeys_count > 0 then 1 else 0 end) as customers_count,
        sum(wins.won_count) as won_count,
        sum(wins.won_amount) as won_amount,
        cast(
            {{ dbt.date_trunc('month', reporting_date('lead_qualification.became_lead_at')) }}
            as date
        ) as period_month,
        max(lead_qualification.window_ends_at) as window_ends_at
    from lead_qualification
    left join wins on lead_qualification.person_key = wins.person_key
    group by all
),

final as (
    select
        cells.fit,
        cells.readiness,
        case
            when cells.readiness = 'hand_raiser' and cells.fit = 'poor'
                then '{{ var("poor_fit_hand_raisers_to") }}'
            when cells.readiness = 'hand_raiser' then 'sales'
            when cells.fit = 'good' and cells.readiness = 'ready' then 'sales'
            when cells.fit = 'good' then 'nurture'
            else 'marketing'
        end as routed_to,
        cast(cells.people_count as bigint) as people_count,
        cast(cells.customers_count as bigint) as customers_count,
        cast(coalesce(cells.won_count, 0) as bigint) as won_count,
        cast(coalesce(cells.won_amount, 0) as decimal(18, 2)) as won_amount,
        cells.window_ends_at <= as_of.as_of_end_at as is_mature,
        cells.period_month
    from cells
    cross join as_of
)

select * from final
