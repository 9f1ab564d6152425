with delivered as (
    {{ union_sources(['company_visit_sources'], 'company_visits') }}
),

company_visits as (
    select
        source_system,
        visit_id,
        {{ website_domain('company_domain') }} as company_domain,
        source,
        medium,
        pages_count,
        visited_at
    from delivered
)

select * from company_visits
