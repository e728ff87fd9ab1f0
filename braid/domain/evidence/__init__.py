"""Evidence: what analyzers stated about an asset, and the timeline that fusion makes of it."""
