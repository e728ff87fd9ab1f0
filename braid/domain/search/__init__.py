"""Search: what of an asset can be found, in which space it lies, and what a hit cites."""
