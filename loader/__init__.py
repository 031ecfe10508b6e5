"""Stream what a dbt audience owes Mailchimp, and write every answer back into the warehouse."""
