"""What can go wrong between a model's description and its first template."""

from __future__ import annotations

from typing import Any

from fairlineup.options import Naming
from fairlineup.records import BadInput, SystemFailed, how_to_install


class EngineNotInstalled(SystemFailed):
    """The libraries or the model files of the engine aren't there."""

    code = "extra-missing"

    def __init__(self, what: str, *, extra: str = "engine", fetchable: str = "", **said: Any) -> None:
        facts = {"extra": extra, **({"fetchable": fetchable} if fetchable else {})}
        super().__init__(what, remedy=how_to_install(extra), facts=facts, **said)


class DescriptionError(BadInput):
    """A model's description file is incomplete or says something that isn't known."""

    code = "model-unusable"


class DigestMismatch(BadInput):
    """The bytes of a model aren't those that its description names."""

    code = "model-unusable"


class DownloadFailed(SystemFailed):
    """A model couldn't be fetched."""

    code = "source-failed"


class ModelFileError(BadInput):
    """A model file isn't in the form that its description promises."""

    code = "model-unusable"


class ModelUnfit(BadInput):
    """A model runs, and its templates can't be compared: none, one for everybody, or never the same."""

    code = "model-unusable"


class NoTemplate(SystemFailed):
    """A model made no usable template of one face: a failure to process that photograph, and no more."""

    code = "system-failed"


class CacheUnusable(BadInput):
    """The folder for converted and fetched models can't be made or written."""

    code = "file-unwritable"


class OptionError(BadInput):
    """An option of the engine has a value that can't be meant."""

    code = "option-unusable"


ENGINE_OPTION = Naming("the engine's option {}", remedy="change it", error=OptionError)


def pass_on_interrupt(error: ImportError) -> None:
    """Raises: KeyboardInterrupt if an import failed of one: libraries turn it into an error of theirs."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        cause = cause.__cause__ or cause.__context__
