"""What the sandbox stores: lists, contacts, segments and campaigns in one SQLite database."""
