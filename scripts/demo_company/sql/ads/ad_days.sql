create table ad_days as
select
    *,
    id || '|' || day || '|' || device_number as ad_key,
    -- Budget by season, half of it on weekends, a third of it on the second device.
    floor(
        budget * {{ scale }}::double * 1000000 * (0.8 + 0.5 * u(
            id || day
            || device_number, 'spend'
        ))
        * ([0.9, 1.0, 1.1, 1.05, 1.0, 0.95, 0.75, 0.7, 1.1, 1.2, 1.15, 0.6])[month(day)]
        * case
            when isodow(day) > 5 then 0.5 else 1 end * case device_number
            when 0 then 1
            else 0.35
        end
        / 10000
    )::bigint * 10000 as cost_micros
from ad_campaigns
inner join days on day between first_day and last_day
cross join range(2) as devices (device_number)
where device_number < devices_count
