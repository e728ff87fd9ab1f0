"""Erasing: an asset goes with the file that it came from, where the deployment asks for that."""
