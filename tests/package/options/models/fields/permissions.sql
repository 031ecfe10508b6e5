-- marketing permissions of the list by their texts
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_PERMISSIONS")}}) }}

select
    email_address,
    marketing_consent,
    {'Email':by_email, 'Direct mail':by_post} as marketing_permissions
from people
