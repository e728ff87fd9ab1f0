"""Measurements of the product, each runnable by itself."""
