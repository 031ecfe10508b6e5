"""What each command does, a folder a command, without its options and what it prints."""
