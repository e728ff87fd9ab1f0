"""Stacks that are deployed on request."""
