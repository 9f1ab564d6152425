{{ config(enabled='marketo' in var('marketing_sources')) }}

with raw_programs as (
    select * from {{ raw('marketo', 'program') }}
),

costs as (
    select
        program_id,
        cast(sum(cost) as decimal(18, 2)) as actual_cost,
        min(start_date) as first_cost_date
    from {{ raw('marketo', 'program_cost') }}
    group by program_id
),

programs as (
    select
        raw_programs.id as program_id,
        raw_programs.name as program_name,
        raw_programs.channel,
        costs.actual_cost,
        coalesce(raw_programs._fivetran_deleted, false) as is_deleted,
        -- Salesforce delivers a synchronised program as a campaign, with its members and cost.
        {% if 'salesforce' in var('crm_sources') -%}
        nullif(raw_programs.sfdc_id, '') is not null as is_in_crm,
        {%- else -%}
        false as is_in_crm,
        {%- endif %}
        coalesce(raw_programs.start_date, costs.first_cost_date) as start_date,
        raw_programs.end_date
    from raw_programs
    left join costs on raw_programs.id = costs.program_id
)

select * from programs
