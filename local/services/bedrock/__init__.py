"""Amazon Bedrock: Converse, InvokeModel and batch jobs, over engines, a writer or the user's own server."""
