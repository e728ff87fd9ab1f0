"""`braid dataset`: data to tune and evaluate models with, built, checked, split and augmented."""
