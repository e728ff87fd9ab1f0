"""Where models are called."""
