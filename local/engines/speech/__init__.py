"""Engines that hear and speak: words, voices, who speaks when, and the voice of descriptions."""
