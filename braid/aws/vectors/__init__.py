"""Stores of vectors, each as ``braid.domain.search.vector_index`` promises it: S3 Vectors and OpenSearch."""
