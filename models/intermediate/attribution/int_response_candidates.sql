with people as (
    select
        person_key,
        coalesce(account_id, person_key) as company_key,
        became_lead_at
    from {{ ref('int_visible_people') }}
    where became_lead_at is not null
),

opportunities as (
    select
        opportunity_id,
        coalesce(account_id, opportunity_id) as company_key,
        is_won,
        is_closed,
        amount,
        created_at,
        closed_at,
        row_number() over (
            partition by coalesce(account_id, opportunity_id)
            order by created_at asc nulls last, opportunity_id asc nulls last
        ) as opportunity_number
    from {{ ref('int_opportunities') }}
    where opportunity_type = 'new_business'
),

journeys as (
    select
        person_key,
        min(mql_at) as mql_at,
        min(coalesce(sal_at, sql_at, opportunity_at)) as worked_at
    from {{ ref('int_journeys') }}
    where person_key is not null
    group by person_key
),

first_opportunities as (
    select
        company_key,
        created_at
    from opportunities
    where opportunity_number = 1
),

-- Not candidates: people whom sales added to an opportunity, and leads that sales worked at once.
candidates as (
    select
        people.person_key,
        people.company_key,
        people.became_lead_at,
        journeys.mql_at
    from people
    left join journeys on people.person_key = journeys.person_key
    left join first_opportunities on people.company_key = first_opportunities.company_key
    where
        coalesce(first_opportunities.created_at >= people.became_lead_at, true)
        and (journeys.mql_at is not null or journeys.worked_at is null)
),

companies as (
    select
        company_key,
        min(mql_at) as mql_at
    from candidates
    where mql_at is not null
    group by company_key
),

steps as (
    select
        'mql' as step,
        person_key as unit_id,
        company_key,
        became_lead_at as entered_at,
        mql_at as reached_at,
        cast(null as timestamp) as exited_at,
        cast(0 as decimal(18, 2)) as amount
    from candidates
    union all
    select
        'opportunity' as step,
        companies.company_key as unit_id,
        companies.company_key,
        companies.mql_at as entered_at,
        first_opportunities.created_at as reached_at,
        cast(null as timestamp) as exited_at,
        cast(0 as decimal(18, 2)) as amount
    from companies
    left join first_opportunities on companies.company_key = first_opportunities.company_key
    union all
    select
        'won' as step,
        opportunity_id as unit_id,
        company_key,
        created_at as entered_at,
        case when is_won then closed_at end as reached_at,
        case when not is_won then closed_at end as exited_at,
        coalesce(amount, 0) as amount
    from opportunities
    where is_closed
)

select * from steps
