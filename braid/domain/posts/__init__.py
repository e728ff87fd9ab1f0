"""Posts: many small texts in one file, each of which gets a decision of its own."""
