"""A deployment among others: environments, other accounts, what the version before left."""
