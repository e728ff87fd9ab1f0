"""What a file is and whether it is good enough: content type, measures, gates, modalities."""
