"""Looks once a day at what no event tells: models that end soon, and quality that moves away."""
