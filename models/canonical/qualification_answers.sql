with qualification_answers as (
    {{ union_sources(
        ['qualification_sources'], 'qualification_answers',
        crm_ids=['person_id', 'opportunity_id', 'answered_by'],
        identifiers=['person_id'],
        details=['answer']
    ) }}
)

select * from qualification_answers
