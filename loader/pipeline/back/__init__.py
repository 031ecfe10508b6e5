"""The way back: what Mailchimp knows, into the warehouse, and compared with what we believe."""
