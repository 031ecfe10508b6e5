"""What `loader explain` tells of somebody, without a key."""

import json
from typing import Any

from command_line import Printed
from shop import Shop

Told = dict[str, Any]


def printed(shop: Shop, who: str | bytes, *options: str) -> Printed:
    """What is printed of somebody whose address is typed."""
    typed = who if isinstance(who, bytes) else f"{who}\n"
    return shop.loader("explain", *options, typed=typed, MAILCHIMP_API_KEY=None)


class Stories:
    """The stories of people of a shop in which nothing happens meanwhile: each is told once."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._told: dict[str, Told] = {}
        self._texts: dict[str, str] = {}

    def told(self, who: str) -> Told:
        """The story of somebody who is found."""
        if who not in self._told:
            ended = printed(self._shop, who, "--json")
            if ended.exit_code:
                raise AssertionError(ended.output)
            self._told[who] = json.loads(ended.out)
        return self._told[who]

    def text(self, who: str) -> str:
        """The same for people."""
        if who not in self._texts:
            self._texts[who] = printed(self._shop, who).out
        return self._texts[who]

    def places(self, who: str, audience: str) -> dict[str, Told]:
        """What is told of an address in an audience, by the list."""
        return {
            one["list_id"]: one
            for one in self.told(who)["places"]
            if (one["audience"], one["email_address"]) == (audience, who.lower())
        }

    def place(self, who: str, audience: str) -> Told:
        """What is told of an address in an audience that has one list."""
        (found,) = self.places(who, audience).values()
        return found


def part(of_a_place: Told, kind: str) -> Told:
    """The one part of a kind."""
    (found,) = [one for one in of_a_place["parts"] if one["kind"] == kind]
    return dict(found)
