"""Recordings whose words and speakers are known, sounds without any, and how recognisers are scored."""
