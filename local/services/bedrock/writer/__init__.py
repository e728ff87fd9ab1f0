"""The optional writer: what it is asked, and what is made of its answer."""
