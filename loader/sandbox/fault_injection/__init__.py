"""What a due fault does to a request: a wrong answer, or a change that somebody else makes."""
