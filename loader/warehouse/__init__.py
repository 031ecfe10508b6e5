"""Everything that knows which warehouse we use."""
