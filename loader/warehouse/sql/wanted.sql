{# How many people an audience wants, with consent and a usable address. #}
select count(*) as people from {{ current }} where marketing_consent and invalid_reason is null
