"""Vision: what Rekognition sees in every keyframe, and the sentence that a model writes about it."""
