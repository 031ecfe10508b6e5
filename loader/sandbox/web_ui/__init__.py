"""The web UI: pages to look at what a sync did; they change nothing."""
