"""`braid tune` and `braid models`: runs that fit a model, what came of them, what is in use, what was left."""
