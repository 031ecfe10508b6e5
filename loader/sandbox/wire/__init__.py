"""What every request passes: how it is asked, how it is refused, how it is counted."""
