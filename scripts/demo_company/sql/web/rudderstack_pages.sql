with messages as ({% include 'web/pages.sql' %})

select
    * exclude (context_consent_category_preferences_analytics),
    case when context_consent_category_preferences_analytics then '["analytics"]' else '[]'
    end as context_consent_management_allowed_consent_ids,
    case when not context_consent_category_preferences_analytics then '["analytics"]' else '[]'
    end as context_consent_management_denied_consent_ids
from messages
