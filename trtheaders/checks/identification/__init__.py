"""What a library exports and what releases promise in, releases ranked by how well they fit out."""
