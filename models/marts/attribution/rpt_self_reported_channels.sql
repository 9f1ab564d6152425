with people as (
    select
        person_key,
        lower(self_reported_source) as answer
    from {{ ref('dim_people') }}
    where self_reported_source is not null
),

rules as (select * from {{ ref('self_reported_channels') }}),

credits as (
    select * from {{ ref('fct_attribution_credits') }}
    where conversion_type = 'lead' and touchpoint_id is not null
),

models as (select distinct model from credits),

answers as (
    select distinct
        people.person_key,
        coalesce(rules.channel, '(none)') as channel
    from people
    left join rules on contains(people.answer, lower(rules.answer_contains))
),

named as (
    select
        person_key,
        channel,
        cast(1 as double) / count(*) over (partition by person_key) as named_share
    from answers
),

-- A person who became a lead several times counts once.
leads as (
    select
        conversions.conversion_id,
        conversions.person_key,
        count(*) over (partition by conversions.person_key) as leads_count
    from {{ ref('fct_conversions') }} as conversions
    inner join people on conversions.person_key = people.person_key
    where conversions.conversion_type = 'lead'
),

parts as (
    select
        named.person_key,
        models.model,
        named.channel,
        named.named_share,
        0 as credited_share
    from named
    cross join models
    union all
    select
        leads.person_key,
        credits.model,
        credits.channel,
        0 as named_share,
        credits.credit_share / leads.leads_count as credited_share
    from leads
    inner join credits on leads.conversion_id = credits.conversion_id
),

by_person as (
    select
        person_key,
        model,
        channel,
        sum(named_share) as named_share,
        sum(credited_share) as credited_share
    from parts
    group by person_key, model, channel
),

total as (select count(*) as people_count from people),

final as (
    select
        by_person.channel,
        by_person.model,
        cast(count(*) filter (where by_person.named_share > 0) as bigint) as named_people_count,
        cast(round(sum(by_person.named_share) / max(total.people_count), 6) as double)
            as named_share,
        cast(round(sum(by_person.credited_share) / max(total.people_count), 6) as double)
            as credited_share,
        cast(
            round(
                sum(least(by_person.named_share, by_person.credited_share))
                / max(total.people_count), 6
            ) as double
        ) as agreeing_share,
        cast(max(total.people_count) as bigint) as people_count
    from by_person
    cross join total
    group by by_person.channel, by_person.model
)

select * from final
