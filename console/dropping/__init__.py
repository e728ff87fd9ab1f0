"""Files that come from a browser: planned from the parts that planning reads, then streamed to S3."""
