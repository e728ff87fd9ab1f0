"""Posts: a file of them is cut into chunks, each chunk judged by itself, and the decisions put together."""
