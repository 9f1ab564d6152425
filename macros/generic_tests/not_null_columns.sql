{#
    Columns that are filled in every row, all in one query.
    The failing row names each column that is not, with the number of its nulls.
#}
{% test not_null_columns(model, columns) %}
with counted as (
    select
        concat_ws(
            ', '{% for column in columns %},
            case
                when count({{ column }}) < count(*)
                    then concat(
                        '{{ column }} is null in ',
                        count(*) - count({{ column }}),
                        ' of ',
                        count(*),
                        ' rows'
                    )
            end{% endfor %}
        ) as missing_values
    from {{ model }}
)

select * from counted
where missing_values <> ''
{% endtest %}
