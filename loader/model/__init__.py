"""What the loader knows and what travels: values without I/O, which every room may use."""
