"""`loader verify`: compare the lists with what was confirmed."""
