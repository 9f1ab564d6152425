with revenue_lines as (
    {{ union_sources(['billing_sources'], 'revenue_lines') }}
)

select * from revenue_lines
