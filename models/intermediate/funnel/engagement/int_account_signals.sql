with touchpoints as (
    select
        touch_type,
        account_id,
        person_key,
        is_session,
        cast({{ dbt.date_trunc('month', reporting_date('touched_at')) }} as date) as period_month
    from {{ ref('int_touchpoints') }}
    where account_id is not null
),

company_visits as (
    select
        *,
        cast({{ dbt.date_trunc('month', reporting_date('visited_at')) }} as date) as period_month
    from {{ ref('int_company_visits') }}
),

signals as (
    select
        account_id,
        cast(null as string) as company_domain,
        touch_type as signal,
        period_month,
        count(*) as signals_count,
        count(case when is_session then 1 end) as sessions_count,
        0 as visits_count
    from touchpoints
    group by account_id, touch_type, period_month
    union all
    select
        account_id,
        case when account_id is null then company_domain end as company_domain,
        'company_visit' as signal,
        period_month,
        count(case when not is_known_person then 1 end) as signals_count,
        0 as sessions_count,
        count(*) as visits_count
    from company_visits
    group by account_id, case when account_id is null then company_domain end, period_month
)

select * from signals
