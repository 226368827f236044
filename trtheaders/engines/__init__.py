"""A built engine's folder in; what it was built by and for, and what speaks against it out. No engine is loaded."""
