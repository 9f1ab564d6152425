-- More than four merges in a row: revenue would stand under an account that the CRM no longer has.
select chained.merged_id
from {{ ref('int_account_survivors') }} as chained
inner join {{ ref('int_account_survivors') }} as merged on chained.survivor_id = merged.merged_id
