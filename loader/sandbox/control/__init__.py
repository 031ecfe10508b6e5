"""The control interface: what a test or a rehearsal can do that Mailchimp's API cannot."""
