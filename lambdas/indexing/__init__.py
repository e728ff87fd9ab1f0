"""Indexing: what an asset is found by, in vectors; fed by "Asset Processed", behind everything else."""
