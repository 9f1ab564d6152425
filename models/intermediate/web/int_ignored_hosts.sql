with own_hosts as (select * from {{ ref('own_hosts') }}),

payment_hosts as (select * from {{ ref('payment_hosts') }}),

ignored_hosts as (
    select lower(host) as host from own_hosts
    union
    select lower(host) as host from payment_hosts
)

select * from ignored_hosts
