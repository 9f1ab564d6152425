create table campaign_touches as
select
    touch,
    person,
    company,
    touched_at,
    max_by(campaign_id, (
        start_date,
        campaign_id
    )) as campaign_id
from (
    select
        happened.touch,
        happened.person,
        happened.company,
        happened.touched_at,
        programmes.*
    from happened
    inner join programmes on
        happened.channel = programmes.channel
        and happened.touched_at::date between programmes.start_date and programmes.end_date
        and (
            programmes.channel <> 'Event'
            or programmes.campaign_type = case
                when u(touch, 'event type') < 0.55 then 'Webinar'
                else 'Conference'
            end
        )
)
group by touch, person, company, touched_at
