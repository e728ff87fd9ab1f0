"""What goes wrong on demand: faults of single calls, corrupted answers, quotas of an account."""
