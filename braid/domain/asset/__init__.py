"""Assets: their names, what was admitted, how they ended, and the document that names the rest."""
