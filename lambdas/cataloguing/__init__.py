"""Cataloguing: an ended asset's rows, written where tables are read."""
