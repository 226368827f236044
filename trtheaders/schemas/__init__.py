"""JSON schemas of what the program prints, shipped with it."""
