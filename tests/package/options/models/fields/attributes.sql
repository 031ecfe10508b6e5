-- columns with the names of Mailchimp's own attributes fill them
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_ATTRIBUTES")}}) }}

select
    email_address,
    marketing_consent,
    language,
    is_vip as vip,
    {'latitude':latitude, 'longitude':longitude} as location,
    agreed_at as timestamp_opt
from people
