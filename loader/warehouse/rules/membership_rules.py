"""What becomes of a membership, a tag or permissions: the first rule that is true decides."""

from loader.model.reasons import ALREADY_GONE, EMAIL_CHANGED, NOT_ON_LIST, SHARED_MEMBERSHIP
from loader.warehouse.rules.rule import LEFT_OUT, Rule
from loader.warehouse.rules.sendable_rules import FROM_EARLIER_RUNS, FROM_THE_WAREHOUSE

MEMBERSHIP_RULES = (
    Rule(
        name="contact_stopped",
        when="contact_is_stopped",
        means="Its contact does not go in this run, for a reason that is said of the contact",
        outcome=LEFT_OUT,
        mended_by="What mends the contact",
    ),
    *FROM_THE_WAREHOUSE,
    *FROM_EARLIER_RUNS,
    Rule(
        name="email_changed",
        when="is_removal and email_changed_remotely",
        means="It should be taken away, and the address was changed in Mailchimp",
        outcome="held",
        reason_code=EMAIL_CHANGED,
        mended_by="Change the address in your data, too",
    ),
    Rule(
        name="already_gone",
        when="is_removal and status is null",
        means="It should be taken away, and the contact is not on the list",
        outcome="accepted",
        reason_code=ALREADY_GONE,
    ),
    Rule(
        name="archived",
        # nobody sees what an archived contact is in, and it comes back with that
        when="is_removal and status = 'archived' and not contact_is_made",
        means="It should be taken away, and the contact is archived",
        outcome="held",
        reason_code="archived",
        mended_by="The contact comes back",
    ),
    Rule(
        name="shared",
        when="action = 'tag_remove' and is_shared_with_other_audience",
        means="It is a tag that should be taken away, and another audience gives it",
        outcome="accepted",
        reason_code=SHARED_MEMBERSHIP,
    ),
    Rule(name="remove", when="is_removal", means="It should be taken away"),
    Rule(
        name="with_contact",
        when="contact_is_sent",
        means="Its contact goes in this run: it goes after that",
    ),
    Rule(
        name="with_made_contact",
        when="contact_is_made and made_status_is_maintained",
        means="Another audience makes the contact in this run: it goes after that",
    ),
    Rule(
        name="opt_out",
        when="is_opt_out and status is not null",
        means="A permission is switched off, and nothing is switched on",
    ),
    Rule(
        name="made_in_other_status",
        when="contact_is_made",
        means="Another audience makes the contact, in a status that this one does not keep",
        outcome="held",
        reason_code="{made_status}",
        mended_by="The contact is subscribed",
    ),
    Rule(
        name="contact_not_on_list",
        when="status is null",
        means="The contact is not on the list",
        outcome="held",
        reason_code=NOT_ON_LIST,
        mended_by="Another audience or a form brings the contact",
    ),
    Rule(
        name="not_subscribed",
        when="not status_is_maintained",
        means="The contact is on the list in a status that the audience does not keep",
        outcome="held",
        reason_code="{status}",
        mended_by="See the [reasons](../reference/outcomes.md#held): it depends on the status",
    ),
    Rule(name="add", when="true", means="Anything else"),
)
