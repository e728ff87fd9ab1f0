"""Other answers: asked again alone or in batches, and decided by a reviewer."""
