"""Lists, and what their contacts can hold."""
