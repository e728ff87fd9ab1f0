"""Deployments of their own: with knobs turned, and with each pattern of the workflow."""
