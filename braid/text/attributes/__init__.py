"""What is said of a thing: its colour, material, weekday or place, the opposite, and what is denied."""
