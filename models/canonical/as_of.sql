with as_of as (
    select
        cast('{{ as_of_day() }}' as date) as as_of_date,
        cast({{ as_of_end() }} as timestamp) as as_of_end_at
)

select * from as_of
