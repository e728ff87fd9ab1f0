"""What is measured of whole runs: patterns of the workflow, jobs over many objects, a stub as the model."""
