"""What turns fetched weights into the files that engines load: a module per kind, each with ``build``."""
