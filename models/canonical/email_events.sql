with email_events as (
    {{ union_sources(['email_sources'], 'email_events') }}
)

select * from email_events
