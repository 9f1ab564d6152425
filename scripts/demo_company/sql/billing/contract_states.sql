create table contract_states as
select
    contracts.*,
    last_months.seats_after,
    last_months.period_start,
    last_months.period_end,
    ends_at <= as_of_end() as is_ended
from contracts
inner join (
    select
        contract,
        arg_max(seats_after, month_number) as seats_after,
        max(to_second(started_at + to_months(period_month::integer))) as period_start,
        max(to_second(started_at + to_months((period_month + months)::integer))) as period_end
    from contract_months
    group by contract
) as last_months using (contract)
