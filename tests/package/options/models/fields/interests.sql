-- interests of the list by name; with its group where two groups have that name
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_INTERESTS")}}) }}

select
    email_address,
    marketing_consent,
    {'Cooking':cooks, 'Music: Jazz':hears_jazz, 'Dance: Jazz':dances_jazz} as interests
from people
