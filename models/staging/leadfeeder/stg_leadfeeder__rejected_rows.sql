with rejected_rows as (
    {{ rejected('leadfeeder', 'visits') }}
)

select * from rejected_rows
