"""One thing each: typed keyword inputs, no look at the environment, no permission that the stack didn't pass."""
