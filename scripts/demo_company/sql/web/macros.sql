-- Whether the visitor clicks a button in the session.
create macro clicks_button(session) as u(session, 'click') < 0.07;
-- How many events a session has, repeated deliveries included.
create macro events_of(session, pages_count, has_repeat, conversion, is_identified) as
pages_count + has_repeat::integer + (conversion is not null)::integer + is_identified::integer
+ clicks_button(session)::integer;
create macro browsers() as [
    'Mozilla/5.0 (Windows NT 10.0) Chrome/126.0',
    'Mozilla/5.0 (Windows NT 10.0) Edg/125.0',
    'Mozilla/5.0 (Macintosh) Safari/605.1',
    'Mozilla/5.0 (Macintosh) Chrome/124.0',
    'Mozilla/5.0 (iPhone) Mobile Safari/604.1',
    'Mozilla/5.0 (Android 14) Chrome/123.0',
    'Mozilla/5.0 (X11; Linux) Firefox/127.0',
    'Mozilla/5.0 (Windows NT 11.0) Chrome/128.0'
];
create macro bot_agent() as
'Mozilla/5.0 (compatible; SeekerBot/2.1; +https://seeker.example.net/bot)'
