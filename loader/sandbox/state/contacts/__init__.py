"""The contacts of a list, and the marks on addresses."""
