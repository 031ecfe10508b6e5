-- segment and on_leave come from the folder (dbt_project.yml)
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_FOLDER_DEFAULTS")}}) }}

select email_address, fname, marketing_consent
from people
