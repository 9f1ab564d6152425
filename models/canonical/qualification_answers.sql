with qualification_answers as (
    {{ union_sources(
        ['qualification_sources'], 'qualification_answers',
        crm_ids=['person_id', 'opportunity_id', 'answered_by']
    ) }}
)

select * from qualification_answers
