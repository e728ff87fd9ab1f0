"""Pictures made and changed without a model that draws: real edits, and placeholders that say so."""
