"""Reads words: tokens, numbers, comparable terms. Pure, no AWS."""
