"""Recordings whose words and speakers are known, sounds without any, and how a recogniser is scored on them."""
