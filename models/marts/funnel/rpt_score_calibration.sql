with mqls as (
    select * from {{ ref('int_mqls') }}
    where is_ended
),

score_bands as (select * from {{ ref('score_bands') }}),

scored as (
    select
        'fit' as score_type,
        cast(fit_score as double) as score,
        is_won
    from mqls
    union all
    select
        'engagement' as score_type,
        engagement_score as score,
        is_won
    from mqls
),

overall as (
    select
        cast(sum(case when is_won then 1 else 0 end) as double)
        / nullif(count(*), 0) as win_rate
    from mqls
),

banded as (
    select
        score_bands.score_band,
        score_bands.score_type,
        score_bands.minimum_score,
        count(scored.score) as people_count,
        sum(case when scored.is_won then 1 else 0 end) as won_count
    from score_bands
    left join scored
        on
            score_bands.score_type = scored.score_type
            and score_bands.minimum_score <= scored.score
            and (score_bands.maximum_score is null or score_bands.maximum_score > scored.score)
    group by score_bands.score_band, score_bands.score_type, score_bands.minimum_score
),

final as (
    select
        banded.score_band,
        banded.score_type,
        banded.minimum_score,
        cast(banded.people_count as bigint) as people_count,
        cast(banded.won_count as bigint) as won_count,
        cast(banded.won_count as double) / nullif(banded.people_count, 0) as win_rate,
        cast(banded.won_count as double)
        / nullif(banded.people_count, 0)
        / nullif(overall.win_rate, 0) as lift
    from banded
    cross join overall
)

select * from final
