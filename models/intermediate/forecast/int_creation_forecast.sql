with forecast_months as (select * from {{ ref('int_forecast_months') }}),

renewals as (select * from {{ ref('int_renewal_creation_forecast') }}),

created as (select * from {{ ref('int_created_opportunities') }}),

dates as (
    select distinct
        as_of_month,
        last_whole_month,
        -- Months with the same season: of the year after two years of history, of the quarter
        -- after one, else all.
        case when history_months >= 24 then 12 when history_months >= 12 then 3 else 1 end
            as seasons_count
    from forecast_months
),

past_year as (
    select
        dates.as_of_month,
        dates.seasons_count,
        created.opportunity_type,
        created.segment,
        {{ dbt.datediff('created.created_month', 'dates.last_whole_month', 'month') }}
            as months_ago,
        mod(extract(month from created.created_month), dates.seasons_count) as season,
        created.created_count
    from dates
    inner join created
        on
            dates.last_whole_month >= created.created_month
            and created.created_month
            > {{ dbt.dateadd('month', -12, 'dates.last_whole_month') }}
),

year_totals as (
    select
        as_of_month,
        sum(created_count) as created_count
    from past_year
    group by as_of_month
),

-- All types together, and pulled towards 1 where few opportunities were created.
season_counts as (
    select
        as_of_month,
        season,
        sum(created_count) as created_count
    from past_year
    group by as_of_month, season
),

months as (
    select
        forecast_months.*,
        dates.seasons_count,
        mod(extract(month from forecast_months.target_month), dates.seasons_count) as season
    from forecast_months
    inner join dates on forecast_months.as_of_month = dates.as_of_month
),

seasonal as (
    select
        months.as_of_month,
        months.season,
        max(
            (coalesce(season_counts.created_count, 0) + {{ var('forecast_prior_weight') }})
            / (
                cast(year_totals.created_count as double) / months.seasons_count
                + {{ var('forecast_prior_weight') }}
            )
        ) as season_index
    from months
    inner join year_totals on months.as_of_month = year_totals.as_of_month
    left join season_counts
        on months.as_of_month = season_counts.as_of_month and months.season = season_counts.season
    group by months.as_of_month, months.season
),

-- Mean of the last six months without their season.
levels as (
    select
        past_year.as_of_month,
        past_year.opportunity_type,
        past_year.segment,
        sum(past_year.created_count / seasonal.season_index) / 6 as level
    from past_year
    inner join seasonal
        on past_year.as_of_month = seasonal.as_of_month and past_year.season = seasonal.season
    where past_year.months_ago < 6
    group by past_year.as_of_month, past_year.opportunity_type, past_year.segment
),

final as (
    select
        levels.opportunity_type,
        levels.segment,
        months.months_ahead,
        levels.level * seasonal.season_index * months.month_share as created_count,
        months.as_of_month,
        months.target_month as created_month
    from months
    inner join seasonal
        on months.as_of_month = seasonal.as_of_month and months.season = seasonal.season
    inner join levels on months.as_of_month = levels.as_of_month
    where levels.opportunity_type <> 'renewal' or months.history_months < 12
    union all
    select
        opportunity_type,
        segment,
        months_ahead,
        created_count,
        as_of_month,
        created_month
    from renewals
)

select * from final
