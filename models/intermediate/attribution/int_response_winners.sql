with units as (select * from {{ ref('int_response_units') }}),

winners as (
    select
        unit_id as opportunity_id,
        company_key,
        amount
    from units
    where step = 'won' and is_reached
),

-- This join fans out: everybody who became an MQL stands behind every opportunity of the company.
steps_to_won as (
    select
        winners.opportunity_id,
        units.step,
        units.unit_id,
        winners.amount,
        count(*) over (partition by winners.opportunity_id, units.step) as members_count
    from winners
    inner join units
        on
            winners.company_key = units.company_key
            and units.is_reached
            and (units.step <> 'won' or winners.opportunity_id = units.unit_id)
)

select * from steps_to_won
