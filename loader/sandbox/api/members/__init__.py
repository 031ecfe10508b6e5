"""The contacts of a list: one, a page, a batch."""
