"""What a run would do for one audience and list, in numbers."""

from dataclasses import dataclass

from loader.model.batch import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRows:
    """Rows of a plan that share what becomes of them; without an outcome they are to be sent.

    `turn` says who comes first where several audiences want something of one contact.
    """

    route: str
    outcome: str | None
    reason: str | None
    is_new: bool
    contacts: int
    turn: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What people would lose, or have changed, who stay wanted.

    Attributes:
        kind: their address, a tag, a segment, a value, an interest, or a marketing permission.
        people: of whom it is true.
        names: of which of these, with the people of each; the most first.
    """

    kind: str
    people: int
    names: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCounts:
    """What a run would do for one audience and list, in numbers.

    Attributes:
        rows: the rows of the delta, by what becomes of them.
        leaving: people who would leave the list or the segment because the audience dropped them.
        withdrawing: people who took their consent back.
        sent: people of whom this audience has put something into the list.
        is_first: whether this audience was never sent to this list before.
        losses: what people would lose who stay wanted.
        strangers: then, contacts of the list that no audience of the warehouse put there or knows.
    """

    rows: tuple[PlannedRows, ...]
    leaving: int
    withdrawing: int
    sent: int
    is_first: bool
    losses: tuple[Loss, ...] = ()
    strangers: int = 0

    def to_send(self, *routes: Operation) -> int:
        """How many rows are to be sent by some routes.

        Args:
            *routes: of which; none is any.

        Returns:
            A number of rows: a contact may have several.
        """
        return sum(
            row.contacts
            for row in self.rows
            if row.outcome is None and (not routes or row.route in routes)
        )

    def turns(self, *routes: Operation) -> int:
        """How many turns it takes to send the rows of some routes.

        Args:
            *routes: of which.

        Returns:
            0 where nothing is to be sent by them.
        """
        # audiences that want something of one contact take turns, so that no two calls race for it
        return max(
            (row.turn for row in self.rows if row.outcome is None and row.route in routes),
            default=0,
        )
