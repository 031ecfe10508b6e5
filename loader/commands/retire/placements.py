"""Where an audience has something on a list that its model does not name any more. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from loader.model.addresses import name_key
from loader.model.audience import UNFINISHED, Audience
from loader.model.errors import ConfigurationError, Unfinished
from loader.model.list_schema import Placement, StalePlacements


def stale_placements(
    registered: Iterable[Audience],
    name: str,
    places: Iterable[Placement],
    on_leave: str | None,
) -> list[StalePlacements]:
    """What an audience has on each list in places that its model does not name any more.

    Args:
        registered: every audience there is.
        name: of the audience, which may be gone from the project.
        places: where it has something.
        on_leave: what happens to its contacts; None is what the audience says.

    Returns:
        A placement for each list where something is given up.

    Raises:
        ConfigurationError: there is no such audience, or it names all of these places.
        Unfinished: dbt has not said yet which places the audiences of the project name.
    """
    audiences = list(registered)
    own = [one for one in audiences if one.name == name]
    if not own:
        raise ConfigurationError(
            f"There is no audience {name}, now or before. `loader ls` shows the names."
        )
    _check_places_are_known(audiences)
    present = [one for one in audiences if one.is_in_project]
    found = []
    filled = list(places)
    for list_id in dict.fromkeys(place.list_id for place in filled):
        # of a list that its model names no more there is no registration: any other says what it
        # was like
        was = next((one for one in own if one.list_id == list_id), own[0])
        is_live = was.is_in_project and was.list_id == list_id
        list_sync = StalePlacements(
            audience=replace(was, list_id=list_id, segment=None, on_leave=on_leave or was.on_leave),
            keeps_contacts=is_live and was.writes_contacts,
            keeps_tags=is_live and was.has_tags,
            named_segments=tuple(
                one.segment.lower() for one in present if one.segment and one.list_id == list_id
            ),
            tagging=tuple(one for one in present if one.has_tags and one.list_id == list_id),
        )
        given_up = [one for one in filled if one.list_id == list_id and list_sync.covers(one)]
        if given_up:
            names = {name_key(one.segment): one.segment for one in given_up if one.segment}
            found.append(replace(list_sync, segments=tuple(names.values())))
    if not found:
        raise ConfigurationError(
            f"Nothing to retire: everything that {name} put on a list belongs to its current"
            " configuration, or to an audience that took it over. Change or delete the model, run"
            f" dbt, then run `loader retire {name}`."
        )
    return found


def _check_places_are_known(audiences: Iterable[Audience]) -> None:
    """A place that an audience names must not be emptied because nobody knows that it does.

    Raises:
        Unfinished: an audience was never built, or dbt has not come to its end since.
    """
    unknown = sorted(
        {
            one.name
            for one in audiences
            if one.is_in_project and (one.status == UNFINISHED or not one.history)
        }
    )
    if unknown:
        raise Unfinished(
            f"dbt has not finished with {', '.join(unknown)}, so it is not known which lists and"
            " segments they name. Run dbt. To leave a model unbuilt, disable it in dbt."
        )
