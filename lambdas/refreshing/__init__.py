"""Refresh, once a day: what drifted, which templates fare best, and what is due to be made again."""
