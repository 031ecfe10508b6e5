-- due on Mondays at four in UTC, for `loader sync --due`
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_DUE"), "schedule": "0 4 * * 1"}}) }}

select email_address, fname, marketing_consent
from people
