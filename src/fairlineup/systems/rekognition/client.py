"""boto3 signs what Rekognition is asked, and our own client sends it, once and within bounds."""

from __future__ import annotations

import os
import threading
from types import ModuleType
from typing import Any, TypeVar

from fairlineup.records import SystemFailed, extra_missing
from fairlineup.systems.faults import unanswered, unusable_answer
from fairlineup.systems.rekognition.faults import NAME, fault_of, not_admitted, without
from fairlineup.systems.rekognition.options import RekognitionOptions
from fairlineup.systems.rekognition.replies import Said
from fairlineup.systems.remote import decoded, is_withheld
from fairlineup.systems.stated import naming_of
from fairlineup.web import HttpAnswer, HttpClient, HttpLimits, NoAnswer

T = TypeVar("T", bound=Said)


class Client:
    """Questions to one region or server, by any number of threads.

    Raises: BadInput: no region, no such profile. Refused: no credentials. SystemFailed: boto3 is not there.
    """

    def __init__(self, options: RekognitionOptions) -> None:
        boto3 = _boto3()
        from botocore import exceptions, httpsession, session
        from botocore.config import Config

        wrong = naming_of(NAME).wrong
        try:
            core = session.get_session()
            made = boto3.Session(
                botocore_session=core,
                profile_name=options.profile or None,
                region_name=options.region or None,
            )
            self._credentials: Any = made.get_credentials()
            self._client: Any = made.client(
                "rekognition",
                config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),  # adaptive would wait
                endpoint_url=options.endpoint_url or None,
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
        bundle = core.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
        authorities = httpsession.get_cert_path(bundle or True)
        limits = HttpLimits(options.timeout_s, options.timeout_s, connections=max(10, options.at_once))
        self._web, self._answered = HttpClient(limits, authorities), threading.local()
        self._client.meta.events.register("before-send.rekognition", self._send)

    @property
    def region(self) -> str:
        """Region asked."""
        return str(self._client.meta.region_name)

    @property
    def address(self) -> str:
        """Of the server asked."""
        return str(self._client.meta.endpoint_url)

    def ask(self, operation: str, kind: type[T], **question: Any) -> tuple[T, bool]:
        """Ask one question, once.

        Args:
            operation: "index_faces".
            kind: what the reply must be.
            question: its parameters.
        Returns: the reply, and whether the server says that it kept candidates back.
        Raises:
            Throttled, TransportError: no answer.
            Refused: the credentials are not accepted.
            NotProcessed: the photograph was not processed.
            NoSuchCollection, CollectionExists: as they say.
            UnusableAnswer: the reply is not what it must be.
            SystemFailed: another error.
        """
        known = self._exceptions
        try:
            getattr(self._client, operation)(**question)
        except NoAnswer as why:
            raise unanswered(NAME, why.got, why.expected) from None
        except known.ClientError as error:  # of what boto3 asked to find credentials
            raise not_admitted(str(error.response.get("Error", {}).get("Code", ""))) from None
        except (known.HTTPClientError, known.ConnectionError) as error:
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
        answer: HttpAnswer = self._answered.last
        if answer.status != 200:
            raise fault_of(operation, answer, self._sent())

        def wrong(expected: str, got: str) -> SystemFailed:
            return unusable_answer(NAME, operation, expected, without(got, self._sent()))

        return decoded(answer.body or b"{}", kind, wrong), is_withheld(answer.headers)

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()
        self._web.close()

    def _send(self, request: Any, **_: Any) -> Any:
        """Sends what boto3 signed; boto3 is told of no answer but that there was one, for it reads any."""
        from botocore.awsrequest import AWSResponse

        headers = {
            name: value.decode("latin-1") if isinstance(value, bytes) else str(value)
            for name, value in request.headers.items()
        }
        self._answered.last = self._web.ask(request.method, request.url, headers, request.body)
        return AWSResponse(request.url, 200, {}, _Nothing())

    def _sent(self) -> tuple[str, ...]:
        """What goes over the wire to say who asks: never repeated."""
        frozen = self._credentials.get_frozen_credentials()
        return tuple(part for part in (frozen.access_key, frozen.secret_key, frozen.token) if part)


class _Nothing:
    """An empty reply, as botocore reads one."""

    def stream(self) -> list[bytes]:
        return [b"{}"]


def _boto3() -> ModuleType:
    try:
        import boto3
    except ImportError as error:
        raise extra_missing("boto3 is not installed", "rekognition", error) from error
    found: ModuleType = boto3
    return found
