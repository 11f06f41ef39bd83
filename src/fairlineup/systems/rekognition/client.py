"""boto3's client for Rekognition, with its own retries off and its errors told apart."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from fairlineup.records import SystemFailed, extra_missing
from fairlineup.systems.faults import unanswered
from fairlineup.systems.rekognition.faults import NAME, fault_of, not_admitted
from fairlineup.systems.rekognition.options import RekognitionOptions
from fairlineup.systems.stated import naming_of

CONNECT_S = 10.0


class Client:
    """Questions to one region or server, by any number of threads.

    Raises: BadInput: no region, no such profile. Refused: no credentials. SystemFailed: boto3 is not there.
    """

    def __init__(self, options: RekognitionOptions) -> None:
        boto3 = _boto3()
        from botocore import exceptions
        from botocore.config import Config

        config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"},  # adaptive would wait by itself
            connect_timeout=min(CONNECT_S, options.timeout_s),
            read_timeout=options.timeout_s,
            max_pool_connections=max(10, options.at_once),
        )
        wrong = naming_of(NAME).wrong
        try:
            session = boto3.Session(profile_name=options.profile or None, region_name=options.region or None)
            self._credentials: Any = session.get_credentials()
            self._client: Any = session.client(
                "rekognition", config=config, endpoint_url=options.endpoint_url or None
            )
        except exceptions.ProfileNotFound:
            raise wrong("profile", "a profile of the AWS configuration files", options.profile) from None
        except exceptions.NoRegionError:
            raise wrong("region", "a region, or AWS_DEFAULT_REGION in the environment", "none") from None
        except (exceptions.BotoCoreError, ValueError) as error:
            raise not_admitted(type(error).__name__) from None  # its text may hold an address
        if self._credentials is None:
            raise not_admitted("none found")
        self._exceptions: ModuleType = exceptions

    @property
    def region(self) -> str:
        """Region asked."""
        return str(self._client.meta.region_name)

    @property
    def address(self) -> str:
        """Of the server asked."""
        return str(self._client.meta.endpoint_url)

    def ask(self, operation: str, **question: Any) -> dict[str, Any]:
        """Ask one question, once.

        Raises:
            Throttled, TransportError: no answer.
            Refused: the credentials are not accepted.
            NotProcessed: the photograph was not processed.
            NoSuchCollection, CollectionExists: as they say.
            SystemFailed: another error.
        """
        known = self._exceptions
        try:
            reply: dict[str, Any] = getattr(self._client, operation)(**question)
        except known.ClientError as error:
            raise fault_of(operation, error.response, self._sent()) from None
        except (known.HTTPClientError, known.ConnectionError, known.IncompleteReadError) as error:
            raise unanswered(NAME, type(error).__name__) from None  # its text holds the address
        except known.BotoCoreError as error:
            if "Credential" in type(error).__name__ or "Token" in type(error).__name__:
                raise not_admitted(type(error).__name__) from None
            raise SystemFailed(
                f"{NAME} could not be asked {operation}",
                code="answer-unusable",
                expected="a question boto3 sends",
                got=type(error).__name__,
                remedy="look what its page says of it",
                facts={"system": NAME, "page": "systems/rekognition"},
            ) from None
        return reply

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _sent(self) -> tuple[str, ...]:
        """What goes over the wire to say who asks: never repeated."""
        frozen = self._credentials.get_frozen_credentials()
        return tuple(part for part in (frozen.access_key, frozen.secret_key, frozen.token) if part)


def _boto3() -> ModuleType:
    try:
        import boto3
    except ImportError as error:
        raise extra_missing("boto3 is not installed", "rekognition", error) from error
    found: ModuleType = boto3
    return found
