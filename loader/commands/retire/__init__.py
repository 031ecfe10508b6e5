"""`loader retire`: take out what an audience put in a place that it does not name any more."""
