"""Engines in a model's place: answers quoted from evidence, and the optional writer."""
