"""What is ours in S3 and DynamoDB: documents, records, duplicate marks, and how an asset is closed."""
