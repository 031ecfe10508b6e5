"""What every command begins with: a target, accounts, and the audiences that were chosen."""
