"""Profiles: a kind of use as a folder of files, read and checked."""
