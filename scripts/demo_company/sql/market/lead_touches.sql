create table lead_touches as
select
    person,
    company,
    channel,
    touched_at,
    -- A form is filled in minutes after the session's start; an event's list is imported days
    -- later.
    to_second(touched_at + case
        when channel in {{ offline }}
            then seconds_of(0.1 + u(
                person,
                'import'
            ) * 2.5)
        else to_seconds(1500)
    end) as lead_at,
    case
        when channel not in {{ offline }}
            then pick([
                'demo_requested', 'demo_requested',
                'content_downloaded', 'content_downloaded', 'content_downloaded',
                'content_downloaded', 'content_downloaded', 'content_downloaded',
                'content_downloaded', 'content_downloaded',
                'form_submitted', 'form_submitted', 'form_submitted', 'form_submitted',
                'form_submitted',
                'signed_up', 'signed_up', 'signed_up',
                'chat_started'
            ], u(person, 'conversion'))
    end as conversion
from touches
where is_lead_touch
