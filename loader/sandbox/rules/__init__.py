"""What Mailchimp accepts, and what a write makes of a contact. Pure: no database, no network."""
