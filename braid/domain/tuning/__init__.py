"""Fitting a model to one's own examples: what is planned, what it costs, what came of it, what is in use."""
