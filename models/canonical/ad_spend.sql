with ad_spend as (
    {{ union_sources(
        ['ad_sources'], 'ad_spend'
    ) }}
)

select * from ad_spend
