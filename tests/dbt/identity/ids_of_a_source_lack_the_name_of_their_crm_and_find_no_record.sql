-- Where two CRMs are on, their ids are prefixed with the name of the CRM. A source that refers to a
-- person or account without the prefix finds none: its visits, emails or revenue belong to no one.
{{ config(severity='warn', enabled=var('crm_sources') | length > 1) }}

with records as (
    select distinct substr(person_id, instr(person_id, ':') + 1) as id_in_crm
    from {{ ref('people') }}
    union
    select distinct substr(account_id, instr(account_id, ':') + 1) as id_in_crm
    from {{ ref('accounts') }}
),

mentions as (
    {% for table, column in [
        ('web_events', 'person_id'), ('email_events', 'person_id'),
        ('sales_activities', 'person_id'), ('sales_activities', 'account_id'),
        ('qualification_answers', 'person_id'), ('revenue_lines', 'person_id'),
        ('revenue_lines', 'account_id'), ('subscriptions', 'account_id'),
    ] -%}
    select
        source_system,
        '{{ table }}.{{ column }}' as place,
        {{ column }} as mentioned_id
    from {{ ref(table) }}
    where {{ column }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    mentions.source_system,
    mentions.place,
    count(*) as rows_count,
    mentions.source_system || ': ' || cast(count(*) as string) || ' rows of ' || mentions.place
    || ' have ids of a CRM without its name, for example ' || min(mentions.mentioned_id)
    || '. Name the CRM in var crm_of: {' || mentions.source_system || ': <CRM>}' as finding
from mentions
inner join records on mentions.mentioned_id = records.id_in_crm
group by mentions.source_system, mentions.place
order by mentions.source_system asc, mentions.place asc
