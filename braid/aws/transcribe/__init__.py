"""Transcribe: jobs, their options, and what a finished one wrote."""
