{{
    dbt_mailchimp.enrich_profiles(
        ref("shop_profiles"),
        ref("mailchimp_profiles"),
        "email_address",
        {
            "first_name": "set_if_empty",
            "member_rating": "set",
            "topics": "add",
            "opens": "sum",
        },
        create_unknown=true,
        origin="list_id",
    )
}}
