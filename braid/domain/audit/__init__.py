"""Audit: what a deployment's stores say of its assets, and where they disagree. Pure."""
