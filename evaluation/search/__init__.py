"""Search over a collection whose answers are known, with the embedded S3 Vectors and the laptop's engines."""
