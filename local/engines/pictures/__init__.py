"""Engines that look at pictures and pages: text, faces, labels, codes, colours."""
