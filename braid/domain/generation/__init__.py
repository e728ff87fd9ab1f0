"""Generation: what is asked for, who can make it, from which prompt, and what a draft is until it is public."""
