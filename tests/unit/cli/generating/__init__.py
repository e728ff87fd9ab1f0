"""The commands that ask for pictures, and those over prompts."""
