"""What is changed in MiniStack, and what the AI services and state machines ask of it."""
