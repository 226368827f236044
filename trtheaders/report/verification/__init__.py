"""A verdict in, text or a document out: one module a format."""
