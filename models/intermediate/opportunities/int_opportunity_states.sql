{%- set so_far -%}
    partition by opportunity_id
    order by valid_from asc nulls last
    rows between unbounded preceding and current row
{%- endset -%}
with recorded_states as (select * from {{ ref('int_opportunity_recorded_states') }}),

opportunities as (
    select * from {{ ref('int_opportunities') }}
    where created_at is not null
),

-- A change without a stage keeps the stage before it.
staged as (
    select
        opportunity_id,
        {{ last_known('source_stage', so_far) }} as source_stage,
        coalesce({{ last_known('stage', so_far) }}, 'opportunity') as stage,
        amount,
        close_date,
        valid_from,
        lead(valid_from) over (partition by opportunity_id order by valid_from asc nulls last)
        is null as is_newest
    from recorded_states
),

measured as (
    select
        staged.*,
        opportunities.stage as final_stage,
        opportunities.is_closed as is_finally_closed,
        opportunities.closed_at,
        max(
            case
                when
                    staged.stage <> opportunities.stage
                    and staged.valid_from < opportunities.closed_at
                    then staged.valid_from
            end
        ) over (partition by staged.opportunity_id) as newest_other_stage_at
    from staged
    inner join opportunities on staged.opportunity_id = opportunities.opportunity_id
),

-- The current values take precedence over the last record. A closed opportunity gets its current
-- values at closed_at; records of its final stage and records after closed_at are dropped.
earlier as (
    select * from measured
    where
        (not is_finally_closed and not is_newest)
        or (
            is_finally_closed
            and valid_from < closed_at
            and (stage <> final_stage or coalesce(valid_from < newest_other_stage_at, false))
        )
),

current_since as (
    select
        opportunity_id,
        coalesce(closed_at, valid_from) as valid_from
    from measured
    where is_newest
),

states as (
    select
        opportunity_id,
        source_stage,
        stage,
        amount,
        close_date,
        valid_from
    from earlier
    union all
    select
        opportunities.opportunity_id,
        opportunities.source_stage,
        opportunities.stage,
        opportunities.amount,
        opportunities.close_date,
        current_since.valid_from
    from opportunities
    inner join current_since on opportunities.opportunity_id = current_since.opportunity_id
),

compared as (
    select
        *,
        lag(source_stage) over by_time as previous_source_stage,
        lag(stage) over by_time as previous_stage,
        lag(amount) over by_time as previous_amount,
        lag(close_date) over by_time as previous_close_date
    from states
    window by_time as (partition by opportunity_id order by valid_from asc nulls last)
),

bounded as (
    select
        opportunity_id,
        source_stage,
        stage,
        amount,
        stage not in ('customer', 'lost') as is_open,
        close_date,
        valid_from,
        lead(valid_from) over (partition by opportunity_id order by valid_from asc nulls last)
            as valid_to
    from compared
    where
        previous_stage is null
        or stage <> previous_stage
        or source_stage is distinct from previous_source_stage
        or amount is distinct from previous_amount
        or close_date is distinct from previous_close_date
)

select * from bounded
