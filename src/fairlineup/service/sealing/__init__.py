"""Keys of the store: a file of master keys outside the data directory, and all that is sealed with them.

Master keys wrap the keys of scopes, which the store keeps; a scope's key seals bytes. No SQLite, no faces.

file = KeyFile.open(data, store, new=True, now=now)
keyring = Keyring(file)
sealer = keyring.unlock([keyring.make("collection/7")])
blob = sealer.seal(template, context_of("template", 7, 1))
"""

from fairlineup.service.sealing.contexts import context_of
from fairlineup.service.sealing.export import (
    LARGEST_EXPORT,
    ExportedKeys,
    check_passphrase,
    export_keys,
    open_export,
)
from fairlineup.service.sealing.hashes import keyed_hash, new_secret
from fairlineup.service.sealing.keyfile import KeyFile
from fairlineup.service.sealing.keyring import Keyring, WrappedKey
from fairlineup.service.sealing.masters import MasterKey
from fairlineup.service.sealing.place import KeyPlace, key_place
from fairlineup.service.sealing.sealer import OVERHEAD_BYTES, Sealer, key_id_of

__all__ = [
    "LARGEST_EXPORT",
    "OVERHEAD_BYTES",
    "ExportedKeys",
    "KeyFile",
    "KeyPlace",
    "Keyring",
    "MasterKey",
    "Sealer",
    "WrappedKey",
    "check_passphrase",
    "context_of",
    "export_keys",
    "key_id_of",
    "key_place",
    "keyed_hash",
    "new_secret",
    "open_export",
]
