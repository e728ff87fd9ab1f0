"""Finding things again: search by words or a picture, what is like an asset, and the index behind it."""
