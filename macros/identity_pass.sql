{#
    One pass of finding connected components: every node takes the smallest label among itself and its neighbours, then
    twice the label of its label. The next pass works on what is left: links between different labels. A whole model
    body, against the house rule, because five models of forty equal lines would be worse; each pass is a table of its
    own because Spark computes a chain of common table expressions anew at every reference.
#}
{% macro identity_pass(links) -%}
with links as (
    {{ links }}
),

nearest as (
    select
        node,
        least(node, min(neighbour)) as label
    from links
    group by node
),

jumped as (
    select
        nearest.node,
        second_step.label
    from nearest
    inner join nearest as first_step on nearest.label = first_step.node
    inner join nearest as second_step on first_step.label = second_step.node
),

labelled as (
    select
        links.node,
        links.neighbour,
        jumped.label,
        neighbours.label as neighbour_label
    from links
    inner join jumped on links.node = jumped.node
    inner join jumped as neighbours on links.neighbour = neighbours.node
)

select * from labelled
{%- endmacro %}
