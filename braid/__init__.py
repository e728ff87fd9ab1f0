"""The library that steps, stacks and commands stand on. docs/architecture.md draws its rooms."""
