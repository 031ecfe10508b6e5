-- what merge fields are made as, where the type of the column does not say it
{{
    config(
        meta={
            "mailchimp": {
                "list_id": env_var("LIST_MERGE_FIELD_TYPES"),
                "fields": {
                    "plan": {
                        "type": "radio",
                        "choices": ["Free", "Pro"],
                        "default": "Free",
                        "name": "Your plan",
                    },
                    "size": {"type": "dropdown", "choices": ["S", "M", "L"]},
                    "mobile": {"type": "phone", "format": "US"},
                    "website": {"type": "url"},
                    "picture": {"type": "imageurl"},
                    "postcode": {"type": "zip"},
                    "joined": {"format": "DD/MM/YYYY"},
                },
            }
        }
    )
}}

select email_address, marketing_consent, plan, size, mobile, website, picture, postcode, joined, ltv
from people
