"""Which observations meet in a segment, and whether they repeat, complete or contradict each other."""
