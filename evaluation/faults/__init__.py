"""Faults by plan and by chance through a deployed pipeline, and what became of every asset."""
