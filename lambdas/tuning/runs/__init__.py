"""A run from its checked data to its end: its documents, approval, registration, and what is deleted."""
