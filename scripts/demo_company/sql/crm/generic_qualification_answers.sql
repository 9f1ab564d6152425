-- What SDRs ask accepted leads. Those who qualify meet more criteria.
create table generic.qualification_answers as
with accepted as (
    select
        person,
        lead_id,
        min(changed_at) as accepted_at,
        bool_or(step = 3) as is_qualified
    from lead_steps
    where step in (2, 3)
    group by person, lead_id
),

asked as (
    select
        accepted.*,
        criterion,
        u(lead_id || criterion, 'met') < case when is_qualified then 0.85 else 0.4 end as is_met,
        to_second(accepted_at + seconds_of(0.02 + u(lead_id || criterion, 'asked') * 0.9))
            as answered_at
    from accepted, (values ('budget'), ('authority'), ('need'), ('timing')) as criteria (criterion)
    where u(lead_id || criterion, 'answers') < 0.9
)

select
    'generic' as source_system,
    lead_id as person_id,
    null::varchar as opportunity_id,
    criterion,
    is_met,
    case criterion
        when
            'budget'
            then case when is_met then 'Approved for this year' else 'None before next year' end
        when 'authority' then case when is_met then 'Decides' else 'Has to ask the management' end
        when
            'need'
            then case when is_met then 'Replaces spreadsheets' else 'Only looking around' end
        else case when is_met then 'Within two quarters' else 'No date' end
    end as answer,
    staff_of('SDR', u(person, 'sdr')) as answered_by,
    answered_at
from asked
where answered_at <= as_of_end()
