"""What is measured while calls fail, or while more is asked for than an account allows."""
