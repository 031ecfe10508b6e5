"""Whether a row can be sent at all: what dbt says of it, and what earlier runs heard of it."""

from loader.model.reasons import DEAD_LETTERED
from loader.warehouse.rules.rule import Rule

# dbt decides whether a row can be sent at all, and says so in the delta: here it is only passed on
FROM_THE_WAREHOUSE = (
    Rule(
        name="invalid",
        when="outcome_in_delta = 'invalid'",
        means="The warehouse found that it cannot be sent",
        outcome="invalid",
        reason_code="{delta_reason_code}",
        mended_by="Another value in the data",
    ),
    Rule(
        name="no_consent",
        when="outcome_in_delta = 'held'",
        means="The person does not consent, and was never sent",
        outcome="held",
        reason_code="{delta_reason_code}",
        mended_by="The person consents",
    ),
)

FROM_EARLIER_RUNS = (
    Rule(
        name="in_backoff",
        when="is_in_backoff",
        means="Mailchimp rejected the same before, and its days are not over",
        outcome="rejected",
        reason_code="{last_reason_code}",
        mended_by="Other values, the next date of 1, 3 and 7 days, or `--retry-rejected`",
    ),
    Rule(
        name="dead_lettered",
        when="is_dead_lettered",
        means="Three runs got no answer for it, alone",
        outcome="rejected",
        reason_code=DEAD_LETTERED,
        mended_by="Other values, or `--retry-rejected`",
    ),
)
