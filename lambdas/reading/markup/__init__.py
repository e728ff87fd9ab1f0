"""Texts with markup: web pages, mails, Markdown, and XML from strangers."""
