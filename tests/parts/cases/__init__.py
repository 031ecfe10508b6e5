"""Rows of the shared tables in memory, and what statements do to them."""
