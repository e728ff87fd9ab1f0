"""Rehearses an upgrade: an earlier version is deployed, used, updated in place, and held to promises."""
