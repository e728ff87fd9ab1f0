"""What trains: heads on sentence vectors, a linear adapter for pictures."""
