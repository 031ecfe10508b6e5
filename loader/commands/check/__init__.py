"""`loader check`: look at everything that a sync needs."""
