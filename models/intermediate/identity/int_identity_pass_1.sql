{{ identity_pass('
    select ' ~ hash64('identifier') ~ ' as node, ' ~ hash64('other_identifier') ~ ' as neighbour
    from ' ~ ref('int_identity_links')) }}
