"""Functions and variables of both sides in, what changed about each, its parameters and its overloads out."""
