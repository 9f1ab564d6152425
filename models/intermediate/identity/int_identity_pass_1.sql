{{ identity_pass('
    select ' ~ identifier_key('identifier') ~ ' as node, ' ~ identifier_key('other_identifier') ~ ' as neighbour
    from ' ~ ref('int_identity_links')) }}
