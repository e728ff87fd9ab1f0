"""What the deployed roles may do, and what of it these tests used."""
