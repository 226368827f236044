"""What each release was built for, from the table that ships with trtheaders."""
