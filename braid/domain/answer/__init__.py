"""Answers: what stands after inference and validation, and what a reviewer decided."""
