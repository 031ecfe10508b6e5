"""The values of a payload: where they are, and what Mailchimp refuses of them. Pure."""
