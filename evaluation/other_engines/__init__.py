"""What the small engines make of material whose truth is known, and what memory they take."""
