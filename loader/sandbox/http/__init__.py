"""What every request passes, whatever its endpoint: decoding, access, limits, counting."""
