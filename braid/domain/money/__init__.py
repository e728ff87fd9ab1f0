"""Money: what is counted, what it costs, and the receipt."""
