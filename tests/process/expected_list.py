"""What a list has to show in the end, whatever happened on the way."""

from shop import Shop


def is_exact(shop: Shop, fname: str = "First") -> bool:
    """Whether the list shows everybody who is wanted as they are wanted, and nobody else."""
    wanted = {row["email_address"] for row in shop.query("select email_address from people")}
    members = shop.members()
    return set(members) == wanted and all(
        (one["status"], one["tags"], one["merge_fields"])
        == ("subscribed", ["Readers"], {"FNAME": fname})
        for one in members.values()
    )
