"""Generation: what is asked for, who can make it, from which prompt, and what a draft is before it is public."""
