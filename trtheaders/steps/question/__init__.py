"""What the user said in, what is meant out: configuration, headers, libraries, sides of a comparison."""
