"""Read what Mailchimp shows, page by page: what a sync, a plan and a pull all need."""
