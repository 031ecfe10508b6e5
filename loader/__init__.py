"""Stream what a dbt audience owes Mailchimp, and write every answer back into the warehouse."""

# Wheel, `--version`, User-Agent and reports read it here; dbt_project.yml can only repeat it.
__version__ = "0.1.0"
