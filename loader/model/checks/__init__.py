"""What stops an audience before its first write."""
