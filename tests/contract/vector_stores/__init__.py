"""Both stores of vectors: what either promises, and what is sent to OpenSearch."""
