"""The decisions of the loader as ordered lists, which statements, documentation and tests share."""
