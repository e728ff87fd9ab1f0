"""Lambda functions in worker processes: their environment, their runtime and whose call they make."""
