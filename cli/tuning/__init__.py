"""`braid tune` and `braid models`: runs that fit a model, what is in use, and what was left."""
