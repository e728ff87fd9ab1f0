"""Generation: what is asked for, who makes it, from which prompt, and what a draft is until it is public."""
