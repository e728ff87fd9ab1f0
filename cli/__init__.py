"""The `braid` command: the same code drives a stack in AWS and the embedded one."""
