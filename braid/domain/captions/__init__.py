"""Captions: subtitle files read and written, laid out, timed and checked."""
