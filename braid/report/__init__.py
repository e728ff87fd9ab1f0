"""The report that people read: one HTML page, whole without a player. Publishing and review write it."""
