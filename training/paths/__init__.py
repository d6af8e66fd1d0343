"""Numbers and what is none → the weights by which the function scores paths, for any weights of a network."""
