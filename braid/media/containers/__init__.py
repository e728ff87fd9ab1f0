"""Files as decoders open them: bounded reads, tracks, durations, whether all of a file is there and plays."""
