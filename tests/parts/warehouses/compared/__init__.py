"""Two warehouses with the same rows, and what the loader's statements do in each."""
