"""The functions of the pipeline, a file per group: what each is, and beside it what it may do."""
