"""Privacy requests of the company's leads."""

import duckdb


def build(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
    create table generic.privacy_requests (
        source_system varchar, subject_type varchar, subject_id varchar, request_type varchar, effective_at timestamp
    );
    insert into generic.privacy_requests
    select 'generic', 'email', email, case when u(person, 'erase') < 0.2 then 'erase' else 'withdraw_consent' end,
        to_second(in_office(lead_at + seconds_of(30 + u(person, 'privacy day') * 200), u(person, 'privacy hour')))
    from crm_leads
    inner join (select person, email from people) using (person)
    where u(person, 'privacy') < 0.005 and lead_at < timestamp '2025-05-01';
    """)
