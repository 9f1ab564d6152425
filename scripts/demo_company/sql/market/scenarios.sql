create table scenarios as
select channel as dropped from effects
union all
select '(none)'
union all
select '(all)'
