"""One run from end to end: begin with run.py."""
