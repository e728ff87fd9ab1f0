"""Runs two versions over the same files with frozen engine answers and tells what they store differently."""
