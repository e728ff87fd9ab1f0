"""What came of an asset: its record, results, tracks and log lines, for people."""
