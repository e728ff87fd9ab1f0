"""Sound: decoded, measured, mixed for Transcribe, and the track of spoken descriptions."""
