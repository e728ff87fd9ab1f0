"""What the branches found, as observations on the asset's clock, and what can be compared in each."""
