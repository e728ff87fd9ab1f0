"""Language: what the words of a transcript, of pictures or of documents say."""
