with people as (select * from {{ ref('people') }}),

person_status_changes as (select * from {{ ref('person_status_changes') }}),

opportunities as (select * from {{ ref('opportunities') }}),

opportunity_changes as (select * from {{ ref('opportunity_changes') }}),

stage_mapping as (select * from {{ ref('stage_mapping') }}),

funnel_stages as (select * from {{ ref('funnel_stages') }}),

-- A stage has the same outcome in all pipelines.
outcomes as (
    select
        source_system,
        lower(trim(stage)) as source_status,
        min(
            case outcome when 'won' then 'customer' when 'lost' then 'lost' else 'opportunity' end
        ) as stage
    from {{ ref('opportunity_stages') }}
    group by source_system, lower(trim(stage))
),

seen_statuses as (
    select
        source_system,
        'person' as object,
        person_id as record_id,
        status as source_status,
        false as is_closed,
        false as is_won
    from people
    union all
    select
        source_system,
        'person' as object,
        person_id as record_id,
        status as source_status,
        false as is_closed,
        false as is_won
    from person_status_changes
    union all
    select
        source_system,
        'opportunity' as object,
        opportunity_id as record_id,
        stage as source_status,
        coalesce(is_closed, false) as is_closed,
        coalesce(is_won, false) as is_won
    from opportunities
    union all
    select
        source_system,
        'opportunity' as object,
        opportunity_id as record_id,
        stage as source_status,
        false as is_closed,
        false as is_won
    from opportunity_changes
),

distinct_statuses as (
    select
        source_system,
        object,
        source_status,
        min(record_id) as example_id,
        count(*) as rows_count,
        max(case when is_closed then 1 else 0 end) = 1 as is_closed,
        max(case when is_won then 1 else 0 end) = 1 as is_won
    from seen_statuses
    where source_status is not null
    group by source_system, object, source_status
),

-- An opportunity stage without a mapping takes its meaning from the CRM's flags on opportunities
-- currently in that stage.
mapped_statuses as (
    select
        distinct_statuses.source_system,
        distinct_statuses.object,
        distinct_statuses.source_status,
        coalesce(
            stage_mapping.stage,
            outcomes.stage,
            funnel_stages.stage,
            case
                when distinct_statuses.object = 'person' then cast(null as string)
                when distinct_statuses.is_won then 'customer'
                when distinct_statuses.is_closed then 'lost'
                else 'opportunity'
            end
        ) as stage,
        distinct_statuses.example_id,
        distinct_statuses.rows_count,
        coalesce(
            funnel_stages.stage,
            case
                when distinct_statuses.object = 'person' then stage_mapping.stage
                else outcomes.stage
            end
        ) is not null as is_mapped
    from distinct_statuses
    left join stage_mapping
        on
            distinct_statuses.source_system = stage_mapping.vendor
            and distinct_statuses.object = stage_mapping.object
            and lower(trim(distinct_statuses.source_status))
            = lower(trim(stage_mapping.source_status))
    left join outcomes
        on
            distinct_statuses.object = 'opportunity'
            and distinct_statuses.source_system = outcomes.source_system
            and lower(trim(distinct_statuses.source_status)) = outcomes.source_status
    left join funnel_stages
        on lower(trim(distinct_statuses.source_status)) = funnel_stages.stage
)

select * from mapped_statuses
