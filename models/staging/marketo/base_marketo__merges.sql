{{ config(enabled='marketo' in var('marketing_sources')) }}

with raw_merges as (
    select * from {{ raw('marketo', 'activity_merge_leads') }}
),

leads as (select * from {{ ref('base_marketo__leads') }}),

-- An activity lists all persons that were merged into its own: [1286861, 1286862].
listed as (
    select
        {{ words_of('merge_ids') }} as merged_lead_id,
        lead_id as survivor_lead_id,
        activity_date as merged_at
    from raw_merges
),

newest as (
    select * from listed
    where merged_lead_id <> '' and merged_lead_id <> survivor_lead_id
    qualify row_number() over (
        partition by merged_lead_id
        order by merged_at desc nulls last, survivor_lead_id asc nulls last
    ) = 1
),

-- Most merged persons are no longer among the leads.
merged_records as (
    select
        coalesce(merged.person_id, 'marketo:' || newest.merged_lead_id) as merged_id,
        coalesce(survivors.person_id, 'marketo:' || newest.survivor_lead_id) as survivor_id,
        merged.email,
        newest.merged_at
    from newest
    left join leads as merged on newest.merged_lead_id = merged.lead_id
    left join leads as survivors on newest.survivor_lead_id = survivors.lead_id
)

select * from merged_records
where merged_id <> survivor_id
