"""A notice arrives as mail and at a webhook, and nothing that is secret is said on the way."""

import logging
import re
import warnings
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from loader.model.errors import ConfigurationError
from loader.notices.message import Message
from loader.notices.send import SendResult, send
from loader.notices.trial import send_trial
from tests.package.notices.receivers import Mailbox, Webhook

NOTICE = Message(
    title="dbt-mailchimp (prod): news & <b>letter</b> stopped",
    body="Stopped: newsletter -> f00d. 5 < 6 & *x*.\nTo see more: `loader runs`",
    level="failure",
)
PAGE = Path(__file__).parents[2] / "docs/how-to/notices.md"
REFUSED = "json://name:hidden-word@127.0.0.1:1/hook"


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as started:
        yield started


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as started:
        yield started


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""


async def test_a_webhook_receives_a_notice_as_it_is(webhook: Webhook) -> None:
    found = await send(NOTICE, webhook.url)
    assert found == SendResult(accepted=("JSON",), refused=(), is_understood=True)
    (got,) = webhook.received
    assert (got["title"], got["message"], got["type"]) == (NOTICE.title, NOTICE.body, "failure")


async def test_a_chat_shows_no_picture_from_elsewhere(webhook: Webhook) -> None:
    host = webhook.url.rpartition("@")[2].removesuffix("/hook")
    found = await send(NOTICE, f"mmost://{host}/{'a1' * 13}")
    assert found.accepted == ("Mattermost",)
    (got,) = webhook.received
    assert NOTICE.title in str(got)
    assert "http" not in str(got)


async def test_a_mail_receives_a_notice_as_text(mailbox: Mailbox) -> None:
    found = await send(NOTICE, mailbox.url)
    assert found.accepted == ("E-Mail",)
    (mail,) = mailbox.received
    assert mail["Subject"] == NOTICE.title
    assert "5 < 6 & *x*." in text_of(mail)
    assert "github" not in mail.as_string().lower()


async def test_several_receivers_have_it_although_one_is_away(
    webhook: Webhook, mailbox: Mailbox
) -> None:
    found = await send(NOTICE, f"{webhook.url}, {REFUSED} {mailbox.url}")
    assert sorted(found.accepted) == ["E-Mail", "JSON"]
    assert found.refused == ("JSON",)


async def test_a_receiver_that_answers_with_an_error_did_not_take_it(webhook: Webhook) -> None:
    webhook.is_working = False
    assert await send(NOTICE, webhook.url) == SendResult(
        accepted=(), refused=("JSON",), is_understood=True
    )


@pytest.mark.parametrize("urls", ["nonsense", "gibberish://hidden-word", "slack://hidden-word"])
async def test_a_url_that_apprise_does_not_know_is_not_understood(urls: str) -> None:
    found = await send(NOTICE, urls)
    assert found == SendResult(accepted=(), refused=(), is_understood=False)


def test_apprise_knows_every_url_of_the_page() -> None:
    urls = re.findall(r"^[\w-]+: (\w+://\S+)$", PAGE.read_text(), flags=re.MULTILINE)
    assert len(urls) == 5
    with warnings.catch_warnings(action="ignore"):
        import apprise  # noqa: PLC0415 - it warns of what Python will drop

        services = apprise.Apprise()
        assert services.add(" ".join(urls))
    assert len(services) == 5


async def test_nothing_of_a_url_is_logged_printed_or_shown(
    webhook: Webhook,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    webhook.is_working = False
    found = await send(NOTICE, f"{webhook.url} {REFUSED} slack://hidden-word")
    with pytest.raises(ConfigurationError) as error:
        await send_trial({"MAILCHIMP_NOTICES": f"{webhook.url} {REFUSED}"}, "prod")
    printed = capfd.readouterr()
    for text in (printed.out, printed.err, caplog.text, repr(found), str(error.value)):
        assert "hidden-word" not in text
    assert "not at JSON, JSON" in str(error.value)


async def test_what_python_warns_of_while_apprise_is_used_is_an_error_again_after_it() -> None:
    await send(NOTICE, REFUSED)
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert not logging.getLogger("apprise").disabled


async def test_a_trial_arrives_or_says_what_is_wrong(webhook: Webhook) -> None:
    good = {"MAILCHIMP_NOTICES": f" {webhook.url}\n"}
    assert await send_trial(good, "prod") == "A trial notice arrived at JSON."
    assert webhook.titles() == ["this is a trial"]
    for environment, words in (
        ({}, "MAILCHIMP_NOTICES is not set"),
        ({"MAILCHIMP_NOTICES": "nonsense"}, "arrived at no receiver. MAILCHIMP_NOTICES has a URL"),
        (good | {"MAILCHIMP_NOTICES_REJECTED": "5"}, "must be a percentage"),
        (good | {"MAILCHIMP_NOTICES_REJECTED": "101%"}, "must be a percentage"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            await send_trial(environment, "prod")
