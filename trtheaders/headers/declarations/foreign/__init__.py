"""Foreign files in which declarations of the tree may stand: a parsed unit in, those files and what they hold out."""
