create table deal_changes as
with spans as (
    select
        *,
        date_diff('second', opportunity_at, close_at) as span,
        -- A lost deal is given up somewhere on the way.
        case when is_won then 6 else whole(u(opportunity_id, 'lost at'), 1, 6)
        end as last_stage,
        -- What sales first expected, and by how much the offer moved.
        floor(amount * pick([
            0.8, 1.0, 1.0, 1.0, 1.15, 1.3], u(
            opportunity_id,
            'first amount'
        )))::decimal(18, 2) as first_amount,
        (opportunity_at + to_days(whole(
            u(opportunity_id, 'expected'), 45,
            100
        )::integer))::date as first_close_date
    from all_deals
),

steps as (
    select
        opportunity_id,
        stages.*,
        to_second(opportunity_at + to_seconds(floor(span * share)::bigint)) as changed_at,
        case when stage_number < 4 then first_amount else amount end as amount,
        first_close_date
        + case when stage_number >= 3 and u(opportunity_id, 'push 1') < 0.35 then 30 else 0 end
        + case when stage_number >= 5 and u(opportunity_id, 'push 2') < 0.25 then 45 else 0
        end as planned_close_date
    from spans
    inner join stages on stage_number <= last_stage
    where
        (stage_number = 1 and (u(opportunity_id, 'first stage') < 0.7 or last_stage = 1))
        or (stage_number = 2 and u(opportunity_id, 'first stage') >= 0.7)
        or (stage_number >= 2 and u(opportunity_id || stage_number, 'skipped') >= 0.12)
),

first_steps as (
    select
        opportunity_id,
        min(stage_number) as stage_number
    from steps
    group by opportunity_id
),

closings as (
    select
        opportunity_id,
        9,
        case when is_won then 'Closed Won' else 'Closed Lost' end,
        1.0,
        case when is_won then 100 else 0 end,
        case when is_won then 'Closed' else 'Omitted' end,
        case when
            is_won then 'Closed' else 'Omitted' end,
        close_at,
        case
            when
                is_won
                or last_stage >= 4 then amount
            else first_amount
        end,
        close_at::date
    from spans
),

-- A deal begins at its creation, whatever its first stage.
united as (
    select
        steps.* replace (
            case
                when steps.stage_number = first_steps.stage_number
                    then opportunity_at
                else changed_at
            end as changed_at
        )
    from steps
    inner join first_steps using (opportunity_id)
    inner join all_deals using (opportunity_id)
    union all
    select * from closings
)

select
    * exclude (planned_close_date),
    greatest(planned_close_date, changed_at::date)::date as close_date
from united
where changed_at <= as_of_end()
