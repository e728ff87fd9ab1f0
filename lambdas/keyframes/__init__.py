"""Keyframes: the stills that stand for an asset's pictures."""
