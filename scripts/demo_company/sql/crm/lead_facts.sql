create table lead_facts as
select
    crm_leads.*,
    mqls.mql_at,
    mql_candidates.is_second_pass,
    companies.segment,
    people.title,
    pursuits.sal_at as group_sal_at,
    pursuits.sql_at as group_sql_at,
    pursuits.champion = crm_leads.person as is_champion,
    pursuits.is_sal,
    pursuits.is_sql,
    u(crm_leads.person, 'fate') as fate
from crm_leads
inner join people on crm_leads.person = people.person
inner join companies on crm_leads.company = companies.company
left join mql_candidates on crm_leads.person = mql_candidates.person
left join mqls on crm_leads.person = mqls.person
left join pursuits on crm_leads.company = pursuits.company
