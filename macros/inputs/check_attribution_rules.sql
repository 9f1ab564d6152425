{#
    Runs before any model: stops if the attribution models (seed attribution_models or the user's rules file) cannot be used,
    or if a var names a model without rows, because such mistakes would silently credit nothing or too much.
#}
{% macro check_attribution_rules() %}
    {%- if not is_concerned() -%}{{ return('') }}{%- endif -%}
    {%- set seed = rule_seed('attribution_models') -%}
    {%- set own_files = raw_files() if not is_demo() and var('raw_location') else {} -%}
    {%- set file = own_files.get('rules/attribution_models', seed_file(seed)) -%}
    {%- set anchors = ['FT', 'LT', 'LC', 'OC', 'CW', 'LND', 'MID', 'ALL', 'DECAY', 'MARKOV', 'SHAPLEY', 'RESPONSE'] -%}
    {%- set read_by = raw_schema('rules') ~ '.attribution_models_to_check' -%}
    {%- do run_query('create schema if not exists ' ~ raw_schema('rules')) -%}
    {%- do create_raw_view(read_by, none, file) -%}
    {%- set rows = run_query(
        'select model, anchor, cast(weight as string) as weight,'
        ~ ' coalesce(try_cast(weight as decimal(12, 6)) >= 0, false) as is_weight,'
        ~ ' cast(sum(try_cast(weight as decimal(12, 6))) over (partition by model) as double) as model_sum'
        ~ ' from ' ~ read_by ~ ' order by model, anchor'
    ).rows -%}
    {%- set problems = [] -%}
    {%- set sums = {} -%}
    {%- set seen = [] -%}
    {%- for row in rows -%}
        {%- set model = row[0] -%}
        {%- set place = 'model ' ~ model ~ ', anchor ' ~ row[1] -%}
        {%- if not model or not row[1] -%}
            {%- do problems.append('a row lacks its model or its anchor.') -%}
        {%- elif row[1] not in anchors -%}
            {%- do problems.append(place ~ ': there is no such anchor; they are ' ~ anchors | join(', ') ~ '.') -%}
        {%- elif (model, row[1]) in seen -%}
            {%- do problems.append(place ~ ' is there twice; add the weights up.') -%}
        {%- endif -%}
        {%- if (row[0] == 'response') != (row[1] == 'RESPONSE') -%}
            {%- do problems.append(place ~ ': RESPONSE is the only anchor of model response, and of no other.') -%}
        {%- endif -%}
        {%- if not row[3] -%}
            {%- do problems.append(place ~ ': the weight ' ~ (row[2] or '') ~ ' is no number from 0 to 100.') -%}
        {%- endif -%}
        {%- do seen.append((model, row[1])) -%}
        {%- do sums.update({model: row[4] or 0}) -%}
    {%- endfor -%}
    {%- for model, sum in sums.items() if sum != 100 -%}
        {%- do problems.append('model ' ~ model ~ ': its weights sum to ' ~ sum ~ '; they must sum to 100.') -%}
    {%- endfor -%}
    {%- for name in ['published_attribution_models', 'cac_attribution_model', 'outlook_attribution_model'] -%}
        {%- for model in ([var(name)] if var(name) is string else var(name)) if model not in sums -%}
            {%- do problems.append('var ' ~ name ~ ' names ' ~ model ~ ', which has no rows; models are '
                ~ sums.keys() | join(', ') ~ '.') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if problems -%}
        {%- do exceptions.raise_compiler_error(
            'The attribution models (' ~ file.path ~ ') cannot be used; nothing was built.\n  - ' ~ problems | join('\n  - ')
        ) -%}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}
