"""A machine's setup, in the model's words: what was found, what is needed, what a release was built for."""
