"""`loader sync`: send what Mailchimp has not confirmed yet, and keep every answer."""
