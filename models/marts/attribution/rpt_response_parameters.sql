with parameters as (
    select * from {{ ref('int_response_parameters') }}
    where replicate = 0
),

published as (
    select
        step,
        term,
        message,
        is_channel,
        cast(estimate as double) as estimate,
        cast(standard_error as double) as standard_error
    from parameters
)

select * from published
