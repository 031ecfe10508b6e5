"""What a hostile server does: which faults there are, when one is due, what it then does."""
