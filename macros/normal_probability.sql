{#
    Probability that a standard normal variable is at most z: the approximation of Abramowitz and Stegun, 26.2.17, which is
    off by less than 0.0000001. Neither engine has the error function.
#}
{% macro normal_probability(z) -%}
    {%- set t = '(1 / (1 + 0.2316419e0 * abs(' ~ z ~ ')))' -%}
    {%- set tail -%}
        0.3989422804014327e0 * exp(-{{ z }} * {{ z }} / 2) * {{ t }} * (
            0.319381530e0 + {{ t }} * (-0.356563782e0 + {{ t }} * (
                1.781477937e0 + {{ t }} * (-1.821255978e0 + {{ t }} * 1.330274429e0)
            ))
        )
    {%- endset -%}
    case when {{ z }} >= 0 then 1 - {{ tail }} else {{ tail }} end
{%- endmacro %}
