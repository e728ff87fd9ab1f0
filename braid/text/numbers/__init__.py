"""Numbers in words and digits: their units, dates, what they count, and which of them are the same."""
