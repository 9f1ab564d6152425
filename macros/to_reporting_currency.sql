{#
    An amount in reporting_currency, to the cent, from the rate joined from int_exchange_rates on (currency, day). A null
    currency counts as the reporting currency. A missing rate stops the run with the currency and the day.
#}
{% macro to_reporting_currency(amount, currency, rate, day) -%}
    case
        when {{ amount }} is null or coalesce({{ currency }}, '{{ var("reporting_currency") }}') = '{{ var("reporting_currency") }}'
            then cast({{ amount }} as decimal(18, 2))
        when {{ rate }} is null
            then cast({{ raise_error(
                "'No exchange rate for ' || " ~ currency ~ " || ' to " ~ var('reporting_currency') ~ " on '
                || coalesce(cast(" ~ day ~ " as string), 'an unknown day')
                || ' or within fx_max_gap_days before it: add rows with base_currency " ~ var('reporting_currency')
                ~ " to rule fx_rates (rules/fx_rates.csv)'"
            ) }} as decimal(18, 2))
        {#- The same product in 64 bits, if it fits: DuckDB rounds 128 bits ten times as slowly. #}
        when
            abs({{ amount }}) < 1000000 and {{ rate }} < 100
            and {{ amount }} = cast({{ amount }} as decimal(18, 2))
            then cast(
                cast({{ amount }} as decimal(8, 2)) * cast({{ rate }} as decimal(10, 8)) as decimal(18, 2)
            )
        {#- With the wider rate DuckDB multiplies in 128 bits; in 64 bits, a billion overflows. #}
        else cast({{ amount }} * cast({{ rate }} as decimal(19, 8)) as decimal(18, 2))
    end
{%- endmacro %}
