"""Generation: a request becomes a draft, marked and checked, and public once a person approved of it."""
