"""Erase people from the warehouse: where they stand, who they are, and the bytes of its file."""
