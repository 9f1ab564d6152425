{{ config(materialized='view') }}

select
    totals.first_total,
    totals.second_total
from (
    values (null, null), ('(all)', null), (null, '(all)'), ('(all)', '(all)')
) as totals (first_total, second_total)
