with touches as (
    select * from {{ ref('int_described_touches') }}
    where is_followed
)

select * from touches
