"""`braid process`: features of many objects at once."""
