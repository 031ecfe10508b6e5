"""What becomes of a contact: the first rule that is true decides."""

from loader.model.reasons import (
    ALREADY_APPLIED,
    ALREADY_GONE,
    EMAIL_CHANGED,
    EMAIL_TAKEN,
    EXISTS,
    NOT_ON_LIST,
    already,
)
from loader.warehouse.rules.rule import Rule
from loader.warehouse.rules.sendable_rules import FROM_EARLIER_RUNS, FROM_THE_WAREHOUSE

CONTACT_RULES = (
    *FROM_THE_WAREHOUSE,
    Rule(
        name="email_taken",
        when="email_is_taken",
        means="Its new address is on the list already",
        outcome="rejected",
        reason_code=EMAIL_TAKEN,
        mended_by="Your data say which of the two contacts it is",
    ),
    *FROM_EARLIER_RUNS,
    Rule(
        name="withdrawn_at_new_email",
        when=(
            "email_changed_remotely and action = 'withdraw'"
            " and status_at_new_email not in ('subscribed', 'pending')"
        ),
        means="Consent was withdrawn, and the contact has left under an address of Mailchimp's",
        outcome="accepted",
        reason_code=EMAIL_CHANGED,
    ),
    Rule(
        name="email_changed",
        when="email_changed_remotely",
        means="Its address was changed in Mailchimp; a withdrawal goes to the new one beside this",
        outcome="held",
        reason_code=EMAIL_CHANGED,
        mended_by="Change the address in your data, too",
    ),
    Rule(
        name="already_gone",
        when="leaves_list and status is null",
        means="It should leave, and is not on the list",
        outcome="accepted",
        reason_code=ALREADY_GONE,
    ),
    Rule(
        name="already_left",
        when="leaves_list and status not in ('subscribed', 'pending')",
        means="It should leave, and has left",
        outcome="accepted",
        reason_code=already("{status}"),
    ),
    Rule(
        name="leave_unconfirmed",
        when="action = 'archive' and status = 'pending'",
        means="It should be archived, and has not confirmed yet",
        operation="unsubscribe",
    ),
    Rule(name="leave", when="leaves_list", means="It should leave"),
    Rule(
        name="made_in_other_status",
        # not how they will be there: what makes them may be refused
        when="is_made_by_another and not made_status_is_maintained",
        means="Another audience makes it in this run, in a status that this one does not keep",
        outcome="held",
        reason_code=NOT_ON_LIST,
        mended_by="The contact is subscribed",
    ),
    Rule(
        name="made_by_another",
        when="is_made_by_another and contacts = 'create'",
        means="Another audience makes it in this run, and this one only creates",
        outcome="held",
        reason_code=EXISTS,
        mended_by="`contacts: upsert`, if the audience may change it",
    ),
    Rule(
        name="change_after_another",
        when="is_made_by_another",
        means="Another audience makes it in this run",
    ),
    Rule(
        name="update_only",
        when="status is null and contacts = 'update'",
        means="It is not on the list, and the audience only updates",
        outcome="held",
        reason_code=NOT_ON_LIST,
        mended_by="Another audience or a form brings the contact",
    ),
    Rule(
        name="create",
        when="action = 'upsert' and status is null and contacts = 'create'",
        means="It is not on the list, and the audience only creates",
        operation="create",
    ),
    Rule(name="add", when="status is null", means="It is not on the list"),
    Rule(
        name="resubscribe",
        when="is_resubscribable",
        means="We archived it, and nobody touched it since",
        operation="revive",
    ),
    Rule(
        name="not_subscribed",
        when="not status_is_maintained",
        means="It is on the list in a status that the audience does not keep",
        outcome="held",
        reason_code="{status}",
        mended_by="See the [reasons](../reference/outcomes.md#held): it depends on the status",
    ),
    Rule(
        name="exists",
        when="contacts = 'create' and not is_half_created",
        means="It is on the list, and the audience only creates",
        outcome="held",
        reason_code=EXISTS,
        mended_by="`contacts: upsert`, if the audience may change it",
    ),
    Rule(
        name="already_applied",
        when="is_already_applied",
        means="The list shows it as it is wanted",
        outcome="accepted",
        reason_code=ALREADY_APPLIED,
    ),
    Rule(name="change", when="true", means="Anything else"),
)

# these rules stop a contact that is, or will be, on the list as it was
UNWRITTEN_BUT_THERE = ("made_by_another", "exists", "already_applied")
