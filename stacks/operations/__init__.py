"""What watches a deployment: the table of failures, the stack that tells of them, and the dashboard."""
