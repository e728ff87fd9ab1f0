"""Engines that read English: entities, phrases, sentiment, personal data, sentence vectors."""
