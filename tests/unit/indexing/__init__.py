"""Unit tests of indexing."""
