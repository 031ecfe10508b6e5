"""`loader pause` and `loader resume`: audiences at rest."""
