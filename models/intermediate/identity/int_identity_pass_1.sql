{{ identity_pass('
    select identifier as node, other_identifier as neighbour
    from ' ~ ref('int_identity_links')) }}
