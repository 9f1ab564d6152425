with privacy_requests as (
    {{ union_sources(['privacy_sources'], 'privacy_requests') }}
)

select * from privacy_requests
