"""What is asked of the base model and of the tuned one, and how their answers are compared."""
