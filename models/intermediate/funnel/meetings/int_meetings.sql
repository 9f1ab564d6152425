{%- set whole_chain -%}
    partition by meeting_id
    order by created_at asc nulls last, scheduled_at asc nulls last, activity_id asc nulls last
    rows between unbounded preceding and unbounded following
{%- endset -%}
with sales_activities as (
    select * from {{ ref('sales_activities') }}
    where activity_type = 'meeting'
),

chains as (select * from {{ ref('int_meeting_chains') }}),

person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

account_survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'account'
),

visible_people as (select * from {{ ref('int_visible_people') }}),

-- Meetings of erased people stay, without the person.
bookings as (
    select
        chains.meeting_id,
        sales_activities.activity_id,
        visible_people.person_key,
        coalesce(
            account_survivors.survivor_id, sales_activities.account_id, visible_people.account_id
        ) as account_id,
        sales_activities.opportunity_id,
        sales_activities.owner_id,
        case
            when sales_activities.activity_status in ('held', 'done') then 'held'
            else coalesce(sales_activities.activity_status, 'booked')
        end as meeting_status,
        sales_activities.scheduled_at,
        coalesce(sales_activities.occurred_at, sales_activities.scheduled_at) as taken_place_at,
        sales_activities.created_at
    from sales_activities
    inner join chains on sales_activities.activity_id = chains.activity_id
    left join person_identifiers as crm
        on crm.identifier_type = 'crm' and sales_activities.person_id = crm.identifier
    left join person_identifiers as emails
        on
            emails.identifier_type = 'email'
            and {{ normalised_email('sales_activities.email') }} = emails.identifier
    left join account_survivors on sales_activities.account_id = account_survivors.merged_id
    left join visible_people
        on coalesce(crm.person_key, emails.person_key) = visible_people.person_key
),

-- The meeting ends as its last booking ended.
numbered as (
    select
        meeting_id,
        {{ last_known('person_key', whole_chain) }} as person_key,
        {{ last_known('account_id', whole_chain) }} as account_id,
        {{ last_known('opportunity_id', whole_chain) }} as opportunity_id,
        {{ last_known('owner_id', whole_chain) }} as owner_id,
        meeting_status,
        count(*) over (partition by meeting_id) as bookings_count,
        min(coalesce(created_at, scheduled_at)) over (partition by meeting_id) as booked_at,
        scheduled_at,
        case when meeting_status = 'held' then taken_place_at end as held_at,
        row_number() over (
            partition by meeting_id
            order by
                created_at desc nulls last,
                scheduled_at desc nulls last,
                activity_id desc nulls last
        ) as booking_number
    from bookings
),

meetings as (
    select
        meeting_id,
        person_key,
        account_id,
        opportunity_id,
        owner_id,
        meeting_status,
        bookings_count,
        booked_at,
        scheduled_at,
        held_at
    from numbered
    where booking_number = 1
)

select * from meetings
