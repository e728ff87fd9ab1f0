"""What model families spell differently, a module per family; ``table`` finds a registry row's dialect."""
