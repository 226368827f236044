"""A release and a name in, the files of a small project that uses its Executor API out. Nothing is written here."""
