"""Which store keeps a deployment's vectors, by where it is."""

from __future__ import annotations

from braid.aws.vectors.s3_vectors import S3VectorStore
from braid.domain.money.accounting import Meter
from braid.domain.search.vector_index import VectorStore

__all__ = ["vector_store"]


def vector_store(location: str, meter: Meter | None = None) -> VectorStore:
    """The store at ``location``: a vector bucket's ARN, or the endpoint of a collection of OpenSearch.

    What queries are billed by is counted on ``meter``.
    """
    if not location.startswith("https://"):
        return S3VectorStore(location, meter=meter)
    from braid.aws.vectors.opensearch import OpenSearchVectorStore  # most deployments' cold starts do without

    return OpenSearchVectorStore(location)
