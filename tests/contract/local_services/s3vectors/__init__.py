"""The embedded S3 Vectors against botocore's model and against brute force."""
