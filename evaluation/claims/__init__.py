"""How well the check of claims tells true from false: claims made from real passages, and what it says of them."""
