"""What the sandbox remembers: lists, contacts, fields and segments in one SQLite database."""
