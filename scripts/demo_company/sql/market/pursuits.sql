create table pursuits as
with started as (
    select
        company,
        min(mql_at) as mql_at,
        arg_min(person, (mql_at, person)) as champion,
        arg_min(is_hand_raise, (mql_at, person)) as is_hand_raise
    from mqls
    group by company
),

accepted as (
    select
        *,
        in_office(mql_at + seconds_of(
            0.1 + u(company, 'sal') * 2), u(
            company,
            'sal hour'
        )) as planned_at
    from started
),

qualified as (
    select
        * exclude (planned_at),
        to_second(greatest(
            planned_at,
            mql_at + to_seconds(1800)
        )) as sal_at
    from accepted
),

opened as (
    select
        *,
        to_second(in_office(sal_at + seconds_of(
            1 + u(company, 'sql') * 9), u(
            company,
            'sql hour'
        ))) as sql_at
    from qualified
),

deals as (
    select
        opened.*,
        to_second(in_office(sql_at + seconds_of(
            1 + u(company, 'deal') * 7), u(
            company,
            'deal hour'
        ))) as opportunity_at,
        u(company, 'sal ok') < 0.86 as is_sal,
        u(company, 'sal ok') < 0.86 and u(company, 'sql ok') < 0.82 as is_sql,
        companies.has_intent,
        companies.segment
    from opened
    inner join companies using (company)
)

select
    *,
    -- Days from opportunity to close: lognormal, longer for larger companies.
    to_second(in_office(at_quarter_end(opportunity_at + seconds_of(
        exp(ln({{ cycle_days }}) + 0.42 * normal(company, 'cycle'))
        * case segment when 'smb' then 0.82 when 'mid' then 1.03 else 1.4 end
    ), u(company, 'quarter end')), u(company, 'close hour'))) as close_at
from deals
