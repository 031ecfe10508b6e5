"""What the commands share: options, output, progress, and a run with its exit code."""
