"""Readers that turn recorded answers of AWS into what the branches would write."""
