"""One thing each: typed keyword inputs, no look at the environment, no permission of their own."""
