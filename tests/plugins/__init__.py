"""What pytest does here beyond its own: isolation, groups, number of workers, skips that are counted."""
