with shares as (
    select * from {{ ref('int_attribution_rule_shares') }}
),

conversions as (
    select
        conversion_id,
        conversion_value,
        cast(abs(cast(conversion_value as decimal(38, 2)) * 100) as decimal(38, 0)) as cents
    from {{ ref('int_conversions') }}
),

-- Shares become whole numbers: from here on no floating point decides about a cent.
whole_weights as (
    select
        shares.conversion_id,
        shares.model,
        shares.position,
        shares.credit_share,
        conversions.conversion_value,
        conversions.cents,
        cast(cast(round(shares.credit_share * 1e12) as bigint) as decimal(38, 0)) as whole_weight
    from shares
    inner join conversions on shares.conversion_id = conversions.conversion_id
    where conversions.conversion_value <> 0
),

totals as (
    select
        *,
        sum(whole_weight) over (partition by conversion_id, model) as total_weight
    from whole_weights
),

floors as (
    select
        *,
        {{ whole_quotient('cents * whole_weight', 'total_weight') }} as floor_cents
    from totals
),

-- Cents left over go to the largest remainders, ties to the earlier touch: position is the order
-- of time, then id.
ranked as (
    select
        *,
        cents - sum(floor_cents) over (partition by conversion_id, model) as left_over_cents,
        row_number() over (
            partition by conversion_id, model
            order by
                cents * whole_weight - floor_cents * total_weight desc nulls last,
                position asc nulls first
        ) as remainder_rank
    from floors
),

rounded as (
    select
        *,
        cast(
            floor_cents
            + case when remainder_rank <= left_over_cents then 1 else 0 end as decimal(20, 0)
        ) * cast(0.01 as decimal(3, 2)) as absolute_value
    from ranked
),

credits as (
    select
        conversion_id,
        model,
        position,
        credit_share,
        cast(
            case when conversion_value < 0 then -absolute_value else absolute_value end as decimal(
                18, 2
            )
        )
            as credited_value
    from rounded
    union all
    select
        shares.conversion_id,
        shares.model,
        shares.position,
        shares.credit_share,
        cast(0 as decimal(18, 2)) as credited_value
    from shares
    inner join conversions on shares.conversion_id = conversions.conversion_id
    where conversions.conversion_value = 0
)

select * from credits
