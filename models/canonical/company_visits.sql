with company_visits as (
    {{ union_sources(
        ['company_visit_sources'], 'company_visits'
    ) }}
)

select * from company_visits
