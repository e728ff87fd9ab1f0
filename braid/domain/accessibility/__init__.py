"""Accessibility: WCAG 2.2 criteria, gaps for descriptions, readability."""
