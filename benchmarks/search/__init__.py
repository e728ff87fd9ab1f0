"""Search: what it finds, how long that takes, and how small an index can be."""
