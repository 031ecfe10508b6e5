"""The endpoints of the Marketing API below /3.0, each a function from a call to an answer."""
