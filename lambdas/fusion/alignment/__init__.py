"""By how much captions, slides and given transcripts are off the speech's clock, and putting them right."""
