"""Findings to text or to a document."""
