"""Fusion: how good, how fast on long assets, and how its constants are fitted."""
