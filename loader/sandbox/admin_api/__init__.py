"""The admin API, below /_control: what a test or a rehearsal can do that Mailchimp's API cannot."""
