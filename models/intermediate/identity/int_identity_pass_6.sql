{{ identity_pass('
    select distinct label as node, neighbour_label as neighbour
    from ' ~ ref('int_identity_pass_5') ~ '
    where label <> neighbour_label') }}
