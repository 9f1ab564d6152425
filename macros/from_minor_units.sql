{#
    An amount in minor units as an amount in the currency, exact; decimals are those of rule seed currency_decimals, 2
    where it has no row for the currency.
#}
{% macro from_minor_units(amount, decimals, data_type='decimal(18, 2)') -%}
    cast(
        {{ amount }} * case {{ decimals }}
            when 0 then cast(1 as decimal(4, 3))
            when 3 then cast(0.001 as decimal(4, 3))
            else cast(0.01 as decimal(4, 3))
        end as {{ data_type }}
    )
{%- endmacro %}
