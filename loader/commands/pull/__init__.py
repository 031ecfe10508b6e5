"""Mailchimp into the warehouse."""
