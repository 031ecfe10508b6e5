"""`loader sync`: send what Mailchimp is owed, and keep every answer."""
