"""What strangers copy, against the embedded AWS."""
