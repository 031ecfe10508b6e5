"""Commands that only look: what there is, what was, and what did not arrive."""
