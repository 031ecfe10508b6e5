"""Segments of a list, and who is in them."""
