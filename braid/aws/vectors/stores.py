"""Which store keeps a deployment's vectors, by where it is."""

from __future__ import annotations

from braid.aws.vectors.s3_vectors import S3VectorStore
from braid.domain.search.vector_index import VectorStore

__all__ = ["vector_store"]


def vector_store(location: str) -> VectorStore:
    """The store at ``location``: a vector bucket's ARN, or the endpoint of a collection of OpenSearch."""
    if not location.startswith("https://"):
        return S3VectorStore(location)
    from braid.aws.vectors.opensearch import OpenSearchVectorStore  # most deployments' cold starts do without

    return OpenSearchVectorStore(location)
