"""Add a setting to a YAML file, and leave every other byte of it as it is. Pure.

A library that writes YAML anew changes indents, quotes and blank lines (ruamel.yaml does). Here the
parser says where something stands, lines are inserted there, and what comes out is read once more:
it has to be what was there and the setting, and nothing else.
"""

from typing import Any

import yaml

from loader.model.errors import ConfigurationError


def with_setting(text: str, path: tuple[str, ...], value: str | list[Any], *, file: str) -> str:
    """A YAML text with one more setting.

    Args:
        text: of the file; "" is an empty one.
        path: the names that lead to the setting; what is missing of them is added.
        value: of the setting; a list is put before the items that are there.
        file: its name, for messages.

    Returns:
        The text, with lines or a part of a line inserted.

    Raises:
        ConfigurationError: it is no YAML, or nothing can be inserted there.
    """
    by_hand = ConfigurationError(
        f"{file} cannot be changed safely. Add this to it yourself, then run again:"
        f" {_in_a_line(_nested(path, value))}"
    )
    try:
        before = yaml.safe_load(text)
        found = _inserted(text, path, value)
        after = None if found is None else yaml.safe_load(found)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        raise by_hand from None
    if found is None or after != _merged(before, path, value):
        raise by_hand
    return found


def setting(content: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - YAML is anything
    """What a YAML file has at a path; None is nothing."""
    for name in path:
        content = content.get(name) if isinstance(content, dict) else None
    return content


def _inserted(text: str, path: tuple[str, ...], value: Any) -> str | None:  # noqa: ANN401 - YAML is anything
    node, key, left = yaml.compose(text, Loader=yaml.SafeLoader), None, path
    while left and isinstance(node, yaml.MappingNode):
        inner = [(one, other) for one, other in node.value if one.value == left[0]]
        if not inner:
            break
        (key, node), left = inner[-1], left[1:]
    added = _nested(left, value)
    if key is None:
        is_block = node is None or (isinstance(node, yaml.MappingNode) and not node.flow_style)
        return _with_lines(text, len(text), added, 0) if is_block else None
    if isinstance(node, yaml.CollectionNode) and node.flow_style:
        return _in_flow(text, node, added)
    column = _column_of_items(node, key, added)
    return None if column is None else _with_lines(text, _line_after(text, key), added, column)


def _column_of_items(node: yaml.Node, key: yaml.Node, added: Any) -> int | None:  # noqa: ANN401 - YAML is anything
    """How far what stands below a key is indented; None where nothing can stand there."""
    first = None
    if isinstance(node, yaml.MappingNode) and isinstance(added, dict):
        first = node.value[0][0].start_mark
    elif isinstance(node, yaml.SequenceNode) and isinstance(added, list):
        first = node.start_mark
    elif isinstance(node, yaml.ScalarNode) and node.start_mark.index == node.end_mark.index:
        return int(key.start_mark.column) + 2
    return int(first.column) if first and first.line > key.end_mark.line else None


def _in_flow(text: str, node: yaml.CollectionNode, added: Any) -> str | None:  # noqa: ANN401 - YAML is anything
    opened = node.start_mark.index + 1
    is_alike = isinstance(added, list) == isinstance(node, yaml.SequenceNode)
    if not is_alike or text[opened - 1] not in "[{":
        return None
    more = ", " if node.value else ""
    return f"{text[:opened]}{_in_a_line(added)[1:-1]}{more}{text[opened:]}"


def _line_after(text: str, key: yaml.Node) -> int:
    end = text.find("\n", key.end_mark.index)
    return len(text) if end < 0 else end + 1


def _with_lines(text: str, at: int, added: Any, column: int) -> str:  # noqa: ANN401 - YAML is anything
    end = "\r\n" if "\r\n" in text else "\n"
    dumped = yaml.safe_dump(added, sort_keys=False, allow_unicode=True, width=10_000)
    lines = "".join(f"{' ' * column}{line}{end}" for line in dumped.splitlines())
    before = text[:at]
    if before and not before.endswith("\n"):
        before += end
    if at == len(text) and column == 0 and before:
        before += end  # a blank line before what begins anew
    return before + lines + text[at:]


def _in_a_line(value: Any) -> str:  # noqa: ANN401 - YAML is anything
    options = {"default_flow_style": True, "allow_unicode": True, "width": 10_000}
    return str(yaml.safe_dump(value, sort_keys=False, **options)).strip()


def _nested(path: tuple[str, ...], value: Any) -> Any:  # noqa: ANN401 - YAML is anything
    for name in reversed(path):
        value = {name: value}
    return value


def _merged(content: Any, path: tuple[str, ...], value: Any) -> Any:  # noqa: ANN401 - YAML is anything
    if path:
        known = content or {}
        return {**known, path[0]: _merged(known.get(path[0]), path[1:], value)}
    return [*value, *(content or [])] if isinstance(value, list) else value
