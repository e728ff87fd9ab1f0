"""How a video's changes and keyframes are found: how fast, how well, and beside what others find."""
