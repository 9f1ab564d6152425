with merged_deals as (
    select
        merged_id,
        min(survivor_id) as survivor_id
    from {{ ref('record_merges') }}
    where record_type = 'opportunity' and merged_id <> survivor_id
    group by merged_id
),

-- Merges in a row: A into B, B into C. Each step follows twice as many; two steps follow four.
two_followed as (
    select
        merged_deals.merged_id,
        coalesce(further.survivor_id, merged_deals.survivor_id) as survivor_id
    from merged_deals
    left join merged_deals as further on merged_deals.survivor_id = further.merged_id
),

four_followed as (
    select
        two_followed.merged_id,
        coalesce(further.survivor_id, two_followed.survivor_id) as survivor_id
    from two_followed
    left join two_followed as further on two_followed.survivor_id = further.merged_id
)

select * from four_followed
