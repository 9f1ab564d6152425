create table companies as
with drawn as (
    select
        company,
        company > {{ prospects }} as is_launch_customer,
        pick(countries(), u(company, 'country')) as country,
        pick([
            'Blue', 'North', 'Silver', 'Bright', 'Green', 'Iron', 'Clear', 'Swift', 'Stone',
            'Red', 'Harbor', 'Summit',
            'Cedar', 'Golden', 'Urban', 'Quiet', 'Lake', 'Solar', 'Prime', 'Delta'], u(
            company,
            'name1'
        )) as first_part,
        pick([
            'peak', 'field', 'works', 'line', 'bridge', 'wave', 'forge', 'path', 'gate',
            'point', 'grove', 'lane',
            'craft', 'stream', 'mark', 'view'
        ], u(company, 'name2'
        )) as second_part,
        pick([
            'Software', 'Financial Services', 'Manufacturing', 'Healthcare', 'Retail',
            'Professional Services',
            'Logistics', 'Education', 'Energy'
        ], u(company, 'industry'
        )) as industry,
        case
            when u(company, 'size') < 0.46 then 'smb' when u(company, 'size') < 0.84 then 'mid'
            else 'enterprise'
        end as segment,
        u(company, 'people') as size_draw,
        -- Companies that fit the ideal customer profile are the ones that need the product.
        u(company, 'intent') < 0.03
        + case segment when 'mid' then 0.35 when 'enterprise' then 0.2 else 0 end
        + case
            when industry in ('Software', 'Financial Services', 'Professional Services') then 0.3
            when industry in ('Logistics', 'Manufacturing', 'Healthcare') then 0.1
            else 0
        end
        + case when country in ('United States', 'United Kingdom', 'Germany') then 0.1 else 0 end
            as has_intent,
        case when u(company, 'product') < 0.62 then 'Analytics' else 'Automation'
        end as product_line
    from range(1, {{ prospects + launch_customers + 1 }}) as numbers (company)
)

select
    drawn.* exclude (first_part, second_part, size_draw),
    first_part || second_part || ' ' || case country
        when 'Germany' then 'GmbH' when 'France' then 'SA' when 'Netherlands' then 'BV'
        when 'Japan' then 'KK'
        when 'United States' then 'Inc' else 'Ltd'
    end as company_name,
    lower(first_part || second_part) || company || '.example' as domain,
    case segment
        when 'smb' then 4 + floor(size_draw * 46) when 'mid'
            then 50 + floor(size_draw * size_draw * 950)
        else 1000 + floor(size_draw * size_draw * 14000)
    end::bigint as employees,
    exchange_currency.currency,
    -- The two years do not begin with an empty funnel: some were about to arrive.
    web_time(case
        when u(company, 'early') < 0.07
            then date '2024-01-01' + whole(u(
                company,
                'early day'
            ), 0, 24)::integer
        else day_slots.day
    end, company) as arrived_at,
    case
        when is_launch_customer then 1 + (u(company, 'group') < 0.4)::bigint
        else pick([
            1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8], u(
            company,
            'group'
        ))
    end as group_size
from drawn
inner join exchange_currency using (country)
inner join day_slots on day_slots.slot = floor(u(company, 'arrival') * 65536)::bigint
