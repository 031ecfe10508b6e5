{# In how many rows of its history an audience has a person. #}
select count(*) as rows from {{ history }} where email_address = {{ address }}
