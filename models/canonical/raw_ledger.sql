with ledger as (
    {{ union_sources([
        'crm_sources', 'marketing_sources', 'web_sources', 'email_sources', 'ad_sources',
        'billing_sources', 'meeting_sources', 'company_visit_sources', 'privacy_sources', 'content_sources',
        'qualification_sources', 'social_sources',
    ], 'raw_ledger') }}
),

erased_identifiers as (select * from {{ ref('erased_identifiers') }}),

-- Rows that are set aside are texts. Look for identifiers of erased people word by word.
words as (
    select
        raw_row,
        raw_id,
        {{ words_of("coalesce(raw_row, '') || '|' || coalesce(raw_id, '')") }} as word
    from ledger
    where
        (raw_row is not null or raw_id is not null)
        and (select count(*) from erased_identifiers) > 0
),

keys as (
    {% for word, kind in [
        ('word', "'person'"), ('lower(word)', "'person'"), ('word', "'device'")
    ] -%}
    select
        raw_row,
        raw_id,
        {{ erasure_key(word, kind) }} as identifier_key
    from words
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

naming_erased as (
    select distinct
        keys.raw_row,
        keys.raw_id,
        true as is_found
    from keys
    inner join erased_identifiers on keys.identifier_key = erased_identifiers.identifier_key
),

raw_ledger as (
    select
        ledger.source_system,
        ledger.raw_table,
        ledger.entry,
        ledger.rows_of,
        ledger.amount_of,
        case when not coalesce(naming_erased.is_found, false) then ledger.raw_id end as raw_id,
        ledger.rejection_reason,
        case when not coalesce(naming_erased.is_found, false) then ledger.raw_row end as raw_row,
        ledger.rows_count,
        ledger.amount,
        ledger.has_own_source_names
    from ledger
    left join naming_erased
        on
            coalesce(ledger.raw_row, '') = coalesce(naming_erased.raw_row, '')
            and coalesce(ledger.raw_id, '') = coalesce(naming_erased.raw_id, '')
)

select * from raw_ledger
