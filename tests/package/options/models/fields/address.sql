-- an address is a struct; addr2 and country may be absent
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_ADDRESS")}}) }}

select
    email_address,
    marketing_consent,
    {'addr1':street, 'city':city, 'state':state, 'zip':postcode, 'country':country} as address
from people
