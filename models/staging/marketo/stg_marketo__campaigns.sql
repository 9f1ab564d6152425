{{ config(enabled='marketo' in var('marketing_sources')) }}

with programs as (select * from {{ ref('base_marketo__programs') }}),

-- What Marketo calls the channel of a program (Webinar, Tradeshow) is a campaign's type.
renamed as (
    select
        'marketo' as source_system,
        'marketo:' || program_id as campaign_id,
        program_name as campaign_name,
        channel as campaign_type,
        'marketing' as launched_by,
        '{{ var("reporting_currency") }}' as currency,
        actual_cost,
        start_date,
        end_date
    from programs
    where not is_deleted and not is_in_crm
)

select * from renamed
