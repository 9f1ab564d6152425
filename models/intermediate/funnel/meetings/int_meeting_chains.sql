with links as (
    select * from {{ ref('int_meeting_links') }}
),

eight_steps as (
    select
        links.activity_id,
        further.earlier_id
    from links
    inner join links as further on links.earlier_id = further.activity_id
),

chains as (
    select
        eight_steps.activity_id,
        further.earlier_id as meeting_id
    from eight_steps
    inner join eight_steps as further on eight_steps.earlier_id = further.activity_id
)

select * from chains
