"""How image and video models are asked, and what their answers mean."""
