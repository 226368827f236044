"""Names that owe no symbol, of both sides, in: templates, `using`, aliases, macros, files; what became of them out."""
