"""Results as frozen records, their one codec and their JSON schemas; imports records and files.

Every public name of these files is one of the room: records, and the few plain types that they are made of.
"""

# ruff: noqa: F403 - two hundred records, each named once where it stands
from fairlineup.results.audit import *
from fairlineup.results.calibrated import *
from fairlineup.results.card import *
from fairlineup.results.codec import decode as decode
from fairlineup.results.codec import encode as encode
from fairlineup.results.codec import from_json as from_json
from fairlineup.results.codec import to_json as to_json
from fairlineup.results.contrasts import *
from fairlineup.results.estimates import *
from fairlineup.results.groups import *
from fairlineup.results.kinds import *
from fairlineup.results.likelihood import *
from fairlineup.results.lists import *
from fairlineup.results.numbers import *
from fairlineup.results.paired import *
from fairlineup.results.processing import *
from fairlineup.results.rates import *
from fairlineup.results.reviews import *
from fairlineup.results.schema import schema_of as schema_of
from fairlineup.results.scores import *
from fairlineup.results.shape import FLAT as FLAT
from fairlineup.results.shape import Pattern as Pattern
from fairlineup.results.shape import Range as Range
from fairlineup.results.size import *
from fairlineup.results.subject import *
from fairlineup.results.sweep import *
from fairlineup.results.verdicts import *
from fairlineup.results.versus import *
from fairlineup.results.within import *
