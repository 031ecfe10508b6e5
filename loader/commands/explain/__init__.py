"""`loader explain`: one person's story, from what the warehouse has."""
