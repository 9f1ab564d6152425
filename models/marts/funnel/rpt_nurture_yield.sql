with spells as (select * from {{ ref('fct_nurture_spells') }}),

counted as (
    select
        reason,
        campaign_id,
        min(campaign_name) as campaign_name,
        count(*) as entered_count,
        count(case when is_mql_in_window then 1 end) as became_mql_count,
        count(case when is_mql_in_window is null then 1 end) as undecided_count,
        cast({{ dbt.date_trunc('month', 'entered_date') }} as date) as period_month
    from spells
    group by reason, campaign_id, cast({{ dbt.date_trunc('month', 'entered_date') }} as date)
),

rated as (
    select
        *,
        {{ rate('became_mql_count', 'entered_count') }} as yield_rate
    from counted
),

without_programme as (
    select
        reason,
        period_month,
        yield_rate
    from rated
    where campaign_id = '(none)'
),

final as (
    select
        rated.campaign_id,
        rated.campaign_name,
        rated.reason,
        cast(rated.entered_count as bigint) as entered_count,
        cast(rated.became_mql_count as bigint) as became_mql_count,
        cast(rated.undecided_count as bigint) as undecided_count,
        rated.yield_rate,
        without_programme.yield_rate as yield_rate_without_programme,
        case
            when rated.campaign_id <> '(none)'
                then {{ rate('rated.yield_rate', 'without_programme.yield_rate') }}
        end as lift,
        rated.undecided_count = 0 as is_mature,
        true as is_observational,
        rated.period_month
    from rated
    left join without_programme
        on
            rated.reason = without_programme.reason
            and rated.period_month = without_programme.period_month
)

select * from final
