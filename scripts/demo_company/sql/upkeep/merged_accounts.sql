-- Accounts that were entered twice and merged: the second has no legal form and no website.
insert into salesforce.account
select
    account.* replace (
        '0019' || id[5:] as id,
        regexp_replace(name, ' [A-Za-z]+$', '') as name,
        null as website,
        true as is_deleted,
        id as master_record_id
    )
from salesforce.account as account
where u(id, 'merged account') < 0.01
