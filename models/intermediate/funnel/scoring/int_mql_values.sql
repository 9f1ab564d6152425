with mql_scores as (
    select * from {{ ref('int_mql_scores') }}
),

opportunities as (
    select * from {{ ref('int_opportunities') }}
    where is_won and opportunity_type = 'new_business'
),

-- How often MQLs of a cell of the matrix were won, of those that have ended.
cells as (
    select
        fit,
        readiness,
        count(*) as ended_count,
        sum(case when is_won then 1 else 0 end) as won_count
    from mql_scores
    where is_ended
    group by fit, readiness
),

deal_size as (
    select cast(sum(coalesce(amount, 0)) as double) / nullif(count(*), 0) as average_deal_size
    from opportunities
),

mql_values as (
    select
        mql_scores.journey_id,
        cast(cells.won_count as double) / nullif(cells.ended_count, 0) as win_rate,
        cast(
            round(
                coalesce(
                    cast(cells.won_count as double) / nullif(cells.ended_count, 0)
                    * deal_size.average_deal_size, 0
                ), 2
            ) as decimal(18, 2)
        ) as expected_value
    from mql_scores
    cross join deal_size
    left join cells
        on mql_scores.fit = cells.fit and mql_scores.readiness = cells.readiness
)

select * from mql_values
