"""Vetted files in, the consumer's vendored folder with its lock out, changed whole or not at all."""
