"""A local Mailchimp with its documented limits; shares nothing with the client but the wire."""
