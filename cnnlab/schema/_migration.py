"""Older files in today's form. Nothing else in the lab knows what they looked like."""

from collections.abc import Mapping

from cnnlab.schema._config import Recipe, RunConfig
from cnnlab.schema._reading import Misfit

VERSION = 1


def migrated(kind: type, content: Mapping[str, object]) -> Mapping[str, object]:
    """The content of a file for `kind`, whatever version wrote it, as version `VERSION` would.

    Raises:
        Misfit: a version that is none, or a later one than this lab knows.
    """
    version = content.get("version", 0)
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise Misfit("version", "a whole number", version)
    if version > VERSION:
        raise Misfit("version", f"at most {VERSION}, for a later lab wrote it,", version)
    if version == 0 and kind is RunConfig:
        return _config_before_versions(content)
    return content


def _config_before_versions(content: Mapping[str, object]) -> dict[str, object]:
    """Recipes did not always have all of today's settings; those they lack had the usual value.

    Nor did the first configs say who, when and how, nor where a run came from.
    """
    found = {"parent": None, "title": "", "created": "", "command": ""} | dict(content)
    recipe = found.get("recipe")
    if isinstance(recipe, Mapping):
        usual = Recipe().settings
        found["recipe"] = ({} if recipe.get("epochs") is None else usual) | dict(recipe)
    return found
