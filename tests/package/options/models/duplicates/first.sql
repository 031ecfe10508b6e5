-- several rows of one address: the newest counts
{{
    config(
        meta={
            "mailchimp": {
                "list_id": env_var("LIST_FIRST"),
                "duplicates": "first",
                "order_by": "ordered_on desc",
            }
        }
    )
}}

select email_address, total, ordered_on, marketing_consent
from orders
