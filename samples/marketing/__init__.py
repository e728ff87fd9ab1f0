"""A maker of dog food makes its pictures: every task once, from a package to a video."""
