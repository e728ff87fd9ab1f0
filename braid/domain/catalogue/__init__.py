"""The catalogue: what became of all assets, as tables whose columns are those of the published schemas."""
