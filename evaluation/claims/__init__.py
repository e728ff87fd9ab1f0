"""How well the check of claims tells true from false, on claims made from real passages."""
