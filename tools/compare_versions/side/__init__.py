"""What runs with the interpreter of either version: nothing here imports the rest of the tool."""
