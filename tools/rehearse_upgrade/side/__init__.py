"""What runs with the interpreter of an earlier version: nothing here imports the rest of the tool."""
