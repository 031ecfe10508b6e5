"""HTTP to Mailchimp: the only I/O that knows it."""
