"""What a file is by its content: its media type, and how the bytes of a text become characters."""
