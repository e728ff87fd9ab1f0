"""What is looked at once the tests of a deployment have run: permissions that were used, logs."""
