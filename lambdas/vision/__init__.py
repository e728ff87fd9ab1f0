"""Vision: what Rekognition sees in every keyframe."""
