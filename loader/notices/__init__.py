"""Tell people when something goes wrong, and when it is over: once a change, and not once a run."""
