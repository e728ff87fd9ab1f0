"""What assets will cost, what they cost, and what a deployment costs while nothing happens."""
