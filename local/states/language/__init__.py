"""The language: paths, intrinsic functions, templates, choices, retriers, what is wrong with a definition."""
