"""Office documents: Word, slides, sheets, OpenDocument, and what they share: charts, drawings, zip parts."""
