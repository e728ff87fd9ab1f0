"""Ways to tune that aren't run here, built and checked: Nova by a recipe on instances, and endpoints."""
