"""What people read: reports, progress, and foreign text made harmless."""
