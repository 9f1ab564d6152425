-- Every draw is a hash of key, salt and seed: it does not depend on the order of rows, the number
-- of threads or other draws. Sums are of integers: a sum of floats depends on the order of rows.
create macro u(key, salt) as (hash(
    key, salt,
    {{ seed }}::bigint
) >> 11)::double / 9007199254740992.0;
-- Whether a step is taken is luck: another history of the same companies has other draws.
create macro luck(key, salt) as u(key, salt{% if history %} || ' {{ history }}'{% endif %});
create macro code(key, salt) as lower(hex(hash(key, salt, {{ seed }}::bigint)));
create macro pick(options, x) as options[1 + floor(x * len(options))::bigint];
create macro whole(x, low, high) as low + floor(x * (high - low + 1))::bigint;
-- Roughly normal, mean 0 and standard deviation 1.
create macro normal(key, salt) as
(u(
    key, salt) + u(key, salt || 'b') + u(key, salt || 'c') + u(
    key, salt
    || 'd'
) - 2) * 1.7320508;
create macro seconds_of(days) as to_seconds(floor(days * 86400)::bigint);
create macro to_second(moment) as date_trunc('second', moment);
create macro on_workday(moment) as
moment + to_days(case isodow(moment) when 6 then 2 when 7 then 1 else 0 end);
-- Much of August waits for September, and what is due around New Year's Eve for January.
create macro after_holidays(moment, x) as
moment + to_days(case
    when month(moment) = 12 and day(moment) > 20 then 14
    when
        month(moment) = 8 and day(moment) between 3 and 25
        and x * 997 - floor(x * 997) < 0.45 then 28
    else 0
end);
-- The same day, or the Monday after a weekend, between 8 and 18 o'clock.
create macro in_office(moment, x) as
date_trunc('day', on_workday(after_holidays(
    moment,
    x
))) + to_seconds(28800 + floor(x * 36000)::bigint);
create macro web_time(day, key) as day::timestamp
+ to_seconds(pick(visit_hours(), u(key, 'hour')) * 3600 + floor(u(key, 'second') * 3600)::bigint);
-- Logistic response: whether a draw falls under the probability of a score in thousandths.
create macro happens(x, score) as x < 1 / (1 + exp(-score / 1000.0));
-- What so many exposures to a channel are worth, in thousandths: usually the second and third add
-- less than the first.
create macro saturated(exposures) as
case exposures
    when 0 then 0 when 1 then {{ exposure_curve[0] }} when 2 then {{ exposure_curve[1] }}
    when 3 then {{ exposure_curve[2] }} else {{ exposure_curve[3] }}
end;
-- What an exposure at a moment still does to a decision at another.
create macro is_remembered(moment, decision) as
moment >= decision - to_days({{ remembered_days }});
-- How ready the market is to buy in a month, in thousandths of a logit.
create macro demand_at(moment) as {{ demand }}[month(moment)];
-- Half of the customers work with the product every day. They hear from us more often, expand
-- more and leave less.
create macro is_engaged(company) as u(company, 'engaged') < 0.5;
-- Teams with a quarter to reach close a share of their opportunities in its last weeks.
create macro at_quarter_end(moment, x) as case
    when x < {{ quarter_end_share }}
        then greatest(
            moment,
            date_trunc('quarter', moment) + interval 3 month - seconds_of(12 + x * 997 % 13)
        )
    else moment
end;
create macro synced() as timestamp '2026-01-01 00:00:00';
create macro as_of_end() as timestamp '{{ last_day }} 23:59:59';
