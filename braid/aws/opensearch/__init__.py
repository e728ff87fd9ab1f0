"""OpenSearch Serverless: signed requests to a collection, and an index of vectors in it."""
