with social_engagement as (
    {{ union_sources(['social_sources'], 'social_engagement') }}
)

select * from social_engagement
