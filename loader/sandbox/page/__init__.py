"""A page to look at what a sync did; it changes nothing."""
