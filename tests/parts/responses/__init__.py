"""What Mailchimp tells: as it is documented, otherwise, and as a pull brings it."""
