-- From marketing to an SDR soon after the MQL, to an account executive once qualified, and back to
-- marketing when recycled.
create table lead_owners as
with handoffs as (
    select
        person,
        lead_id,
        to_second(
            changed_at + to_seconds(300 + floor(u(person, 'handoff') * 14000)::bigint)
        ) as changed_at,
        staff_of('SDR', u(person, 'sdr')) as owner_id,
        step
    from lead_steps
    where step in (-2, 1)
    union all
    select
        person,
        lead_id,
        changed_at + interval 5 minute,
        staff_of('Sales', u(person // 10, 'account owner')),
        step
    from lead_steps
    where step = 3
    union all
    select
        person,
        lead_id,
        changed_at + interval 1 hour,
        staff_of('Marketing', u(person, 'marketing')),
        step
    from lead_steps
    where status = 'Recycled'
)

select * from handoffs
where changed_at <= as_of_end()
