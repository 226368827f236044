"""A question in, an answer from an earlier run out, where one fits; else made now and kept."""
