"""What libraries say of themselves in, findings about the set as such out."""
