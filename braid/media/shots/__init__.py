"""Videos: where the picture changes, and one keyframe per shot or slide."""
