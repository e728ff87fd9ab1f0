"""What an answer may cite, under a token budget, and whether that is enough to answer from."""
