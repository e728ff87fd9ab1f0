"""Image and video models: how each wants to be asked, and what its answers mean."""
