create table salesforce.campaign as
with online as (
    select * from (
        values
        ('701000005001', 'Newsletter', 'Email', 'Email', 'Nurture'),
        ('701000005002', 'Onboarding nurture', 'Email', 'Email', 'Nurture'),
        ('701000005003', 'brand', 'Advertisement', 'Paid Search', 'Acquisition'),
        ('701000005004', 'analytics-nonbrand', 'Advertisement', 'Paid Search', 'Acquisition'),
        ('701000005005', 'linkedin-abm', 'Advertisement', 'Paid Social', 'Acquisition'),
        ('701000005006', 'Paid > Brand', 'Advertisement', 'Paid Search', 'Acquisition'),
        ('701000005007', 'Upsell automation', 'Email', null, 'Expansion'),
        ('701000005008', 'Outbound to target accounts', 'Outbound', 'Sales', 'Acquisition')
    ) as online (id, name, type, channel_c, lifecycle_motion_c)
),

all_campaigns as (
    select
        *,
        date '2024-01-01' as start_date,
        date '2025-12-31' as end_date,
        null as cost
    from online
    union all
    select
        campaign_id,
        campaign_name,
        campaign_type,
        channel,
        'Acquisition',
        start_date,
        end_date,
        cost
    from programmes
)

select
    id,
    name,
    type,
    case when end_date < date '2025-12-31' then 'Completed' else 'In Progress' end as status,
    channel_c,
    lifecycle_motion_c,
    case channel_c when 'Sales' then 'sales' else 'marketing' end as launched_by_c,
    start_date::date as start_date,
    end_date::date as end_date,
    (cost * 1.1)::decimal(18, 2) as budgeted_cost,
    -- What online programmes cost stands with the ad platforms, never in both places.
    cost::decimal(18, 2) as actual_cost,
    'USD' as currency_iso_code,
    null::varchar as parent_id,
    timestamp '2024-01-01 08:00:00' as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from all_campaigns
