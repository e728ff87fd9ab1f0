"""Marks on what was made: a watermark that nobody sees and a signed manifest that everybody may read."""
