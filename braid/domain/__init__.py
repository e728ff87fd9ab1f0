"""The vocabulary that every room of Braid speaks. Standard library only, no I/O."""
