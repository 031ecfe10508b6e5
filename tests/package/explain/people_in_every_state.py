"""A shop whose people are in every state that a contact can be in."""

from responses.pulled import campaign
from shop import Shop

AT = "@people.example.com"
COLUMNS = (
    "email_address varchar, person_id varchar, fname varchar, marketing_consent boolean,"
    " tags varchar[]"
)
NAMES = (
    *("ada", "leaves", "stays", "unsubscribes", "bounces", "deleted", "withdraws", "changes"),
    *("moves", "forgotten", "pending", "refuses", "refused_and_left", "was_there", "has_left"),
    *("gone", "archived", "conflict", "evades"),
)
REFUSING = ("refuses", "refused_and_left")
BEFORE = ", ".join(
    f"('{name}{AT}', '{name}', 'First', {name not in REFUSING}, array['vip'])" for name in NAMES
)
PEOPLE = f"""
create table people ({COLUMNS});
insert into people values {BEFORE},
    ('twice{AT}', 'twice 1', 'One', true, null),
    ('twice{AT}', 'twice 2', 'Two', true, null),
    ('mal formed{AT}', 'malformed', 'No', true, null),
    (null, 'nowhere', 'No', true, null),
    ('home1{AT}', 'household', 'A', true, null),
    ('home2{AT}', 'household', 'B', true, null);
create table important as select 'stays{AT}' as email_address union select 'was_kept{AT}'
"""
HAS_LEFT = "delete from people where person_id = 'has_left'"
AFTER = f"""
delete from people
where person_id in ('leaves', 'stays', 'refused_and_left', 'was_there', 'gone');
delete from important where email_address like 'was_kept%';
update people set fname = 'Second' where person_id = 'changes';
update people set tags = array['gold'] where person_id = 'ada';
update people set marketing_consent = false where person_id = 'withdraws';
update people set email_address = 'moved{AT}' where person_id = 'moves';
update people set email_address = 'evaded{AT}' where person_id = 'evades';
insert into people values ('joins{AT}', 'joins', 'New', true, null)
"""
BY_HAND = {
    "unsubscribes": "unsubscribed",
    "bounces": "cleaned",
    "gone": "unsubscribed",
    "evades": "unsubscribed",
    "archived": "archived",
}
CONSENTING = "true as marketing_consent"


def begin(shop: Shop) -> None:
    """Send everybody, and let somebody leave."""
    mark = {"mark": "forgotten", "addresses": [f"forgotten{AT}"]}
    shop.sandbox.control("POST", f"/lists/{shop.list_id}/marks", mark)
    for who, status in (("pending", "pending"), ("was_there", "subscribed")):
        shop.sandbox.put(shop.list_id, {"email_address": f"{who}{AT}", "status": status})
    shop.sql(PEOPLE)
    shop.audience("readers", "select * from people", segment="Readers", on_leave="archive")
    shop.audience("vips", f"select *, {CONSENTING} from important")
    shop.audience(
        "arguing", f"select 'conflict{AT}' as email_address, 'Other' as fname, {CONSENTING}"
    )
    shop.audience(
        "creating", f"select 'was_there{AT}' as email_address, {CONSENTING}", contacts="create"
    )
    shop.audience(
        "updating", f"select 'nobody_there{AT}' as email_address, {CONSENTING}", contacts="update"
    )
    shop.dbt("run")
    shop.sync("--allow-first-sync", exit_code=1)
    shop.sql(HAS_LEFT)
    shop.dbt("run", "--select", "readers")
    shop.sync()


def pass_a_day(shop: Shop) -> None:
    """A day in the shop and in Mailchimp, after which dbt and a pull run."""
    for who, status in BY_HAND.items():
        shop.sandbox.put(shop.list_id, {"email_address": f"{who}{AT}", "status": status})
    shop.sandbox.control(
        "DELETE", f"/lists/{shop.list_id}/members", {"addresses": [f"deleted{AT}"]}
    )
    first = campaign(shop, "first", "2026-05-01T09:00:00+00:00")
    opened = {"email_address": f"bounces{AT}", "action": "open"}
    shop.sandbox.control("POST", f"/campaigns/{first}/events", {"events": [opened]})
    shop.sql(AFTER)
    shop.dbt("run")
    shop.loader("pull", "--full")
