"""Caption files: a block for each cue, with its time."""
