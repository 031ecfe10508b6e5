"""Which faults there are, how they are written, and when one is due; without I/O."""
