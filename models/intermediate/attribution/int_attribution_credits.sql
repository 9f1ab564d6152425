with shares as (
    select * from {{ ref('int_attribution_rule_shares') }}
),

-- Numbers instead of ids: every credit row is grouped and sorted by them.
conversions as (
    select
        conversion_id,
        conversion_value,
        row_number() over (order by conversion_id asc nulls last) as conversion_number,
        cast(abs(cast(conversion_value as decimal(38, 2)) * 100) as decimal(38, 0)) as cents
    from {{ ref('int_conversions') }}
),

-- Shares become whole numbers: from here on no floating point decides about a cent.
whole_weights as (
    select
        conversions.conversion_number,
        shares.model,
        shares.position,
        shares.credit_share,
        conversions.cents,
        cast(round(shares.credit_share * 1e12) as bigint) as whole_weight
    from shares
    inner join conversions on shares.conversion_id = conversions.conversion_id
),

totals as (
    select
        conversion_number,
        model,
        cast(sum(whole_weight) as decimal(38, 0)) as total_weight
    from whole_weights
    group by conversion_number, model
),

products as (
    select
        whole_weights.conversion_number,
        whole_weights.model,
        whole_weights.position,
        whole_weights.credit_share,
        whole_weights.cents,
        whole_weights.cents * cast(whole_weights.whole_weight as decimal(38, 0)) as weighted_cents,
        totals.total_weight
    from whole_weights
    inner join totals
        on
            whole_weights.conversion_number = totals.conversion_number
            and whole_weights.model = totals.model
),

quotients as (
    select
        *,
        {{ whole_quotient('weighted_cents', 'total_weight') }} as floor_cents
    from products
),

remainders as (
    select
        *,
        weighted_cents - floor_cents * total_weight as remaining
    from quotients
),

-- Cents left over go to the largest remainders, ties to the earlier touch: position is the order
-- of time, then id. (The same order in both windows: rows are sorted once.)
ranked as (
    select
        conversion_number,
        model,
        position,
        credit_share,
        floor_cents,
        cents - sum(floor_cents) over (
            partition by conversion_number, model
            order by remaining desc nulls last, position asc nulls first
            rows between unbounded preceding and unbounded following
        ) as left_over_cents,
        row_number() over (
            partition by conversion_number, model
            order by remaining desc nulls last, position asc nulls first
        ) as remainder_rank
    from remainders
),

credits as (
    select
        conversions.conversion_id,
        ranked.model,
        ranked.position,
        ranked.credit_share,
        cast(
            cast(
                ranked.floor_cents
                + case when ranked.remainder_rank <= ranked.left_over_cents then 1 else 0 end
                as decimal(20, 0)
            )
            * cast(0.01 as decimal(3, 2))
            * case when conversions.conversion_value < 0 then -1 else 1 end
            as decimal(18, 2)
        ) as credited_value
    from ranked
    inner join conversions on ranked.conversion_number = conversions.conversion_number
)

select * from credits
