"""What is asked for, who makes it, from which prompt."""
