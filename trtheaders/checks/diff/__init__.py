"""Two snapshots in, the changes between them out, each with what it does to a consumer."""
