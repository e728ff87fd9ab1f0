"""Search: what of all assets a text, a picture or another asset finds, as citations."""
