"""The published JSON Schemas of every document that Braid reads from or writes for people."""
