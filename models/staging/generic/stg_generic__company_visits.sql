{{ config(enabled='generic' in var('company_visit_sources')) }}

with raw_company_visits as (
    select * from {{ raw('generic', 'company_visits') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        visit_id,
        {{ website_domain('company_domain') }} as company_domain,
        source,
        medium,
        pages_count,
        visited_at
    from raw_company_visits
)

select * from renamed
