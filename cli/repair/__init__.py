"""What `braid audit`, `redrive`, `rerun`, `backfill` and `delete` do."""
