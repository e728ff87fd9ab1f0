"""`braid query`: questions about all assets, in SQL."""
