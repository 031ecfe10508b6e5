"""Segments and tags, and who is in them."""
