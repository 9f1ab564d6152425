with raw_ledger as (
    {{ union_sources([
        'crm_sources', 'web_sources', 'email_sources', 'ad_sources', 'billing_sources',
        'meeting_sources', 'company_visit_sources', 'privacy_sources', 'content_sources',
        'qualification_sources', 'social_sources',
    ], 'raw_ledger') }}
)

select * from raw_ledger
