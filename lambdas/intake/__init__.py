"""Intake: what the asset is, whether it is good enough to be analysed, and which versions are meant."""
