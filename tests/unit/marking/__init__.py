"""The watermark and the signed statement."""
