"""Review: an answer waits for a person, under a task token, until a decision or a deadline."""
