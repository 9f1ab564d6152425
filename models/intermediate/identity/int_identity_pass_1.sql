{{ identity_pass('
    select md5(identifier) as node, md5(other_identifier) as neighbour
    from ' ~ ref('int_identity_links')) }}
