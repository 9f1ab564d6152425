-- A target for an unknown team or a day within a month would never be compared with anything.
{{ config(meta={'advice': 'Correct rules/targets.csv in the raw location, or the seed;'
    ~ ' docs/rules.md says which team and unit each metric takes.'}) }}

with targets as (select * from {{ ref('targets') }}),

teams as (
    select team from {{ ref('int_opportunities') }}
    union distinct
    select team from {{ ref('int_owner_teams') }}
),

named as (
    select
        targets.*,
        case
            when targets.metric in ('won_amount', 'created_amount') then 'a team of the CRM'
            when targets.metric in ('sourced_won_amount', 'sourced_pipeline', 'mqls')
                then 'marketing'
            when targets.metric in ('nrr', 'gross_churn_rate') then 'customer_success'
            when targets.metric = 'revenue' then 'shared'
        end as expected_team,
        case
            when targets.metric = 'mqls' then 'count'
            when targets.metric in ('nrr', 'gross_churn_rate') then 'share'
            else 'currency'
        end as expected_unit,
        teams.team is not null as is_crm_team
    from targets
    left join teams on targets.team = teams.team
),

problems as (
    select
        *,
        case
            when expected_team is null then 'there is no such metric'
            when expected_team = 'a team of the CRM' and not is_crm_team
                then 'the CRM has no such team; write it as in the CRM'
            when expected_team <> 'a team of the CRM' and team <> expected_team
                then concat('the team of this metric must be ', expected_team)
            when unit is not null and unit <> expected_unit
                then concat(
                    'the unit must be ', expected_unit, '; amounts are in ',
                    '{{ var("reporting_currency") }}'
                )
            when source <> '(all)' and metric <> 'created_amount'
                then 'only created_amount has targets by source; write (all)'
            when extract(day from period_month) <> 1
                then 'period_month must be the first day of a month'
            when target < 0 then 'the target must not be negative'
        end as problem
    from named
)

select
    concat(
        'rules/targets.csv, ', metric, ' ', cast(period_month as string), ' of team ', team,
        ' (segment ', segment, ', source ', source, '): ', problem
    ) as finding
from problems
where problem is not null
order by metric asc, period_month asc, team asc, segment asc, source asc
