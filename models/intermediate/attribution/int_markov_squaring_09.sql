{{ markov_squaring(ref('int_markov_squaring_08')) }}
