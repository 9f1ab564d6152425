{{ config(enabled='leadfeeder' in var('company_visit_sources')) }}

with raw_visits as (
    select * from {{ raw('leadfeeder', 'visits') }}
),

renamed as (
    select
        'leadfeeder' as source_system,
        id as visit_id,
        company_domain,
        source,
        medium,
        page_depth as pages_count,
        started_at as visited_at
    from raw_visits
)

select * from renamed
