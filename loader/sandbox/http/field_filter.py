"""`fields` and `exclude_fields`: which parts of an answer were asked for."""

from collections.abc import Mapping
from typing import TypeAlias, cast

Tree: TypeAlias = dict[str, "Tree"]  # an empty tree is a leaf: everything below it


class FieldFilter:
    """The parts of an answer that a request asks for, in dot notation."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._only = _tree(query.get("fields", ""))
        self._never = _tree(query.get("exclude_fields", ""))

    def wants(self, *path: str) -> bool:
        """Tell whether the answer will show something at or below `path`."""
        return _reaches(self._only, path) and not _covers(self._never, path)

    def wanted_of(self, names: tuple[str, ...], *below: str) -> tuple[str, ...]:
        """Return those of `names` that are wanted below a path, so that no other is built."""
        return tuple(name for name in names if self.wants(*below, name))

    def apply(self, document: dict[str, object]) -> dict[str, object]:
        """Return the document without what was not asked for."""
        if self._only:
            document = cast("dict[str, object]", _kept(document, self._only))
        if self._never:
            document = cast("dict[str, object]", _without(document, self._never))
        return document


def _tree(paths: str) -> Tree:
    tree: Tree = {}
    for path in filter(None, (part.strip() for part in paths.split(","))):
        branch, parent, name = tree, tree, ""
        for name in path.split("."):
            parent, branch = branch, branch.setdefault(name, {})
        parent[name] = {}  # a shorter path wins over a longer one
    return tree


def _reaches(tree: Tree, path: tuple[str, ...]) -> bool:
    for name in path:
        if not tree:
            return True
        if name not in tree:
            return False
        tree = tree[name]
    return True


def _covers(tree: Tree, path: tuple[str, ...]) -> bool:
    for name in path:
        if name not in tree:
            return False
        tree = tree[name]
        if not tree:
            return True
    return False


def _kept(value: object, tree: Tree) -> object:
    if isinstance(value, list):
        return [_kept(each, tree) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _kept(value[name], below) if below else value[name]
        for name, below in tree.items()
        if name in value
    }


def _without(value: object, tree: Tree) -> object:
    if isinstance(value, list):
        return [_without(each, tree) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without(each, tree[name]) if tree.get(name) else each
        for name, each in value.items()
        if name not in tree or tree[name]
    }
