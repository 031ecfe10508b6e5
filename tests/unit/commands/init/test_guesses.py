import pytest

from loader.commands.init.guesses import (
    FIRST_NAMES,
    LAST_NAMES,
    likely_addresses,
    likely_consents,
    named,
)
from loader.warehouse.reports.relations import BuiltColumn, kind_of


def texts(*names: str) -> list[BuiltColumn]:
    return [BuiltColumn(name, "text") for name in names]


def booleans(*names: str) -> list[BuiltColumn]:
    return [BuiltColumn(name, "boolean") for name in names]


@pytest.mark.parametrize(
    "name",
    [
        *("email", "e_mail", "mail", "E-Mail Adresse", "primary_email", "EMAIL_ADDRESS"),
        *("emailAddress", "customer_email", "contact e-mail", "Courriel", "Correo electrónico"),
    ],
)
def test_an_address_is_found_however_it_is_spelt(name: str) -> None:
    assert likely_addresses(texts("id", "name", name, "city")) == [name]


@pytest.mark.parametrize(
    "name",
    [
        *("email_hash", "email_domain", "email_verified", "email_opt_in", "last_email_sent_at"),
        *("address", "mailing_city", "gmail_count", "template_email"),
    ],
)
def test_a_column_about_an_address_is_none(name: str) -> None:
    assert likely_addresses(texts(name)) == []


def test_only_a_text_is_an_address() -> None:
    assert likely_addresses(booleans("email")) == []


def test_the_plain_name_is_likelier_than_one_with_a_word_before_it() -> None:
    columns = texts("work_email", "primary_email", "email")
    assert likely_addresses(columns) == ["email"]
    assert likely_addresses(columns[:2]) == ["primary_email"]
    assert likely_addresses(texts("work_email", "home_email")) == ["work_email", "home_email"]


@pytest.mark.parametrize(
    "name",
    [
        *("opt_in", "optIn", "newsletter_consent", "gdpr", "has_opted_in", "is_subscribed"),
        *("email_permission", "marketing_consent", "newsletter", "Einwilligung", "accepts_mail"),
    ],
)
def test_a_consent_is_found_however_it_is_spelt(name: str) -> None:
    assert likely_consents(booleans("is_active", name, "verified")) == [name]


@pytest.mark.parametrize(
    "name",
    [
        *("opt_out", "optOut", "is_unsubscribed", "sms_consent", "phone_opt_in", "no_newsletter"),
        *("terms_accepted", "cookie_consent", "consent_revoked", "do_not_mail", "email_verified"),
        *("push_opt_in", "consent_required", "is_active", "un_subscribed"),
    ],
)
def test_the_opposite_of_a_consent_and_a_consent_to_something_else_are_none(name: str) -> None:
    assert likely_consents(booleans(name)) == []


@pytest.mark.parametrize("kind", ["text", "timestamp", "number"])
def test_only_a_boolean_is_guessed_to_be_a_consent(kind: str) -> None:
    assert likely_consents([BuiltColumn("newsletter_consent", kind)]) == []


def test_a_consent_to_mail_is_likelier_than_a_plain_one_and_two_alike_are_both_told() -> None:
    assert likely_consents(booleans("consent", "newsletter_consent")) == ["newsletter_consent"]
    both = booleans("email_opt_in", "newsletter_consent")
    assert likely_consents(both) == ["email_opt_in", "newsletter_consent"]


def test_names_of_persons_are_found_however_they_are_spelt() -> None:
    columns = texts("name", "First Name", "nachName")
    assert named(columns, FIRST_NAMES, "text") == "First Name"
    assert named(columns, LAST_NAMES, "text") == "nachName"
    assert named(booleans("first_name"), FIRST_NAMES, "text") is None


@pytest.mark.parametrize(
    ("data_type", "kind"),
    [
        *(("VARCHAR", "text"), ("character varying", "text"), ("ENUM('a', 'b')", "text")),
        *(("BOOLEAN", "boolean"), ("TIMESTAMP WITH TIME ZONE", "timestamp"), ("DATE", "date")),
        *(("DECIMAL(18,3)", "number"), ("double precision", "number"), ("UBIGINT", "number")),
        *(("VARCHAR[]", "other"), ("STRUCT(a INTEGER)", "other"), ("BLOB", "other")),
        *(("INTERVAL", "other"), ("int4range", "other"), ("TIME", "other")),
    ],
)
def test_a_type_has_its_kind(data_type: str, kind: str) -> None:
    assert kind_of(data_type) == kind
