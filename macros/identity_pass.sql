{#
    One pass of finding connected components: every node points to the smallest label among itself and its neighbours,
    and pointers are followed eight steps, by doubling. Labels are hashes, so that neighbours point all ways and hardly
    any path of falling labels is longer than that; a pass leaves about a third of the labels of a chain. Hashes of 64 bits
    are joined several times faster than texts; that no two identifiers share one is a test. The next pass works on what is
    left: links between different labels.
    A whole model body, against the house rule, because six models of forty equal lines would be worse; each pass is a table
    of its own because Spark computes a chain of common table expressions anew at every reference.
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

two_steps as (
    select
        nearest.node,
        further.label
    from nearest
    inner join nearest as further on nearest.label = further.node
),

four_steps as (
    select
        two_steps.node,
        further.label
    from two_steps
    inner join two_steps as further on two_steps.label = further.node
),

eight_steps as (
    select
        four_steps.node,
        further.label
    from four_steps
    inner join four_steps as further on four_steps.label = further.node
),

labelled as (
    select
        links.node,
        links.neighbour,
        eight_steps.label,
        neighbours.label as neighbour_label
    from links
    inner join eight_steps on links.node = eight_steps.node
    inner join eight_steps as neighbours on links.neighbour = neighbours.node
)

select * from labelled
{%- endmacro %}
