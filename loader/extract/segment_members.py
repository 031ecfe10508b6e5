"""Read who is in a segment now."""

from functools import partial

import pyarrow as pa

from loader.extract.pagination import every_page
from loader.mailchimp.segments import segment_members, segment_members_request
from loader.mailchimp.transport.client import Client


async def segment_members_now(
    client: Client, list_id: str, segment_id: int, *, workers: int
) -> pa.Array:
    """Read who is in a segment, whatever their status.

    Args:
        client: the account's client.
        list_id: Mailchimp's id of the list.
        segment_id: the id of the segment or tag.
        workers: how many pages are read at a time.

    Returns:
        Their addresses as keys.

    Raises:
        Moving: the segment is changing while it is being read.
    """
    request = partial(segment_members_request, list_id, segment_id)
    return pa.concat_arrays(await every_page(client, request, segment_members, workers=workers))
