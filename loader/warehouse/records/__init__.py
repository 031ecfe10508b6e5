"""What the loader writes down: answers, the ledger, pauses, notices."""
