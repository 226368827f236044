"""A guard for programs: a source file that compares the library that is loaded with what the program was built for."""
