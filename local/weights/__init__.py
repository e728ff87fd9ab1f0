"""Weights of the local engines: data that is fetched once, checked by its hash, kept outside of the project.

``catalogue.toml`` says what there is and where it comes from; ``fetch`` brings it into the cache; engines ask
``path`` for a file. A set that isn't there raises ``WeightsMissingError``, and its engine's
fall-back answers.
"""

from local.weights.cache import WeightsMissingError, is_fetched, path

__all__ = ["WeightsMissingError", "is_fetched", "path"]
