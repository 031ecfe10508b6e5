"""What people ask the warehouse: about earlier runs, the next one, and drift."""
