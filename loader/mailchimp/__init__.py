"""Everything that knows Mailchimp exists."""
