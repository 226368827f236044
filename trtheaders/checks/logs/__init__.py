"""A failed build's complaints and known releases in, explanations out."""
