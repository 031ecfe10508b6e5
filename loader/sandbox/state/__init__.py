"""What the sandbox remembers: lists, contacts, segments and campaigns in one SQLite database."""
