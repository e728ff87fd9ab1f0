"""What erases assets whose file was deleted, as a stack of its own."""
