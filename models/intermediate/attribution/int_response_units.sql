with candidates as (select * from {{ ref('int_response_candidates') }}),

accounts as (select * from {{ ref('int_accounts') }}),

as_of as (select * from {{ ref('as_of') }}),

durations as (
    select
        step,
        {{ dbt.datediff('entered_at', 'reached_at', 'second') }} as seconds,
        row_number() over (
            partition by step order by {{ dbt.hash('unit_id') }} nulls last
        ) - 1 as duration_number
    from candidates
    where reached_at is not null
),

numbered as (
    select
        *,
        case
            when reached_at is null
                then mod(
                    row_number() over (
                        partition by step, reached_at is null
                        order by {{ dbt.hash('unit_id') }} nulls last
                    ),
                    nullif(count(reached_at) over (partition by step), 0)
                )
        end as duration_number
    from candidates
),

-- Whether a unit does not take the step is only known when it has been observed for as long as one
-- that did.
decided as (
    select
        numbered.step,
        numbered.unit_id,
        numbered.company_key,
        numbered.amount,
        numbered.reached_at is not null as is_reached,
        numbered.entered_at,
        coalesce(
            numbered.reached_at,
            numbered.exited_at,
            {{ dbt.dateadd('second', 'greatest(durations.seconds, 0)', 'numbered.entered_at') }}
        ) as decided_at
    from numbered
    left join durations
        on
            numbered.step = durations.step
            and numbered.duration_number = durations.duration_number
),

units as (
    select
        decided.step,
        decided.unit_id,
        decided.company_key,
        coalesce(accounts.segment, 'unknown') as segment,
        coalesce(accounts.industry, 'unknown') as industry,
        coalesce(accounts.country, 'unknown') as country,
        cast(mod({{ md5_number('decided.company_key') }}, 5) as int) as fold,
        row_number() over (
            order by {{ dbt.hash('decided.company_key') }}, decided.step, decided.unit_id
        ) as sample_number,
        decided.is_reached,
        decided.amount,
        -- Only won and lost opportunities have a known end. At the other steps, a unit that takes
        -- the step has all its touches behind it, one that does not only those up to some chosen
        -- day: touches after the step began would look like its cause.
        case when decided.step = 'won' then decided.decided_at else decided.entered_at end
            as exposed_until
    from decided
    cross join as_of
    left join accounts on decided.company_key = accounts.account_id
    where decided.decided_at <= as_of.as_of_end_at
)

select * from units
