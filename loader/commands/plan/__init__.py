"""`loader plan`: what a sync would do, without a write to Mailchimp."""
