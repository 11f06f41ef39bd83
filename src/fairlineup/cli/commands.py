"""Every command's name and first sentence, and where it is; it is imported when it is called."""

from __future__ import annotations

import click

from fairlineup import __version__
from fairlineup.cli.lazy import LazyGroup
from fairlineup.files import sweep_temporary

COMMANDS = """
calibrate  Make a table of distances and false match rates from the people in DATASET.
compare    Compare the face in photograph A with the face in photograph B.
congress   Search every member of Congress in DIR among people who are not them, with any system.
demo       Audit the local engine on photographs of people who do not exist: no network, under a minute.
engines    List the engines: what finds a face and makes a template of it, by name.
explain    Explain a published count: so many searched for, none of them there, so many flagged.
faces      Find the faces in each PHOTO: where, how sure, how large, how bright, how sharp.
help       Show a page of the documentation: data sets, plans, measures, systems and more.
serve      Serve DATA by the Rekognition protocol: an unchanged boto3 program works on this machine.
systems    List the face recognition systems that can be put under test.
threshold  Print the threshold card of a finished RUN.
tone       Read skin tone (ITA) off the photographs in DATASET, as a covariate of each capture.
"""
AUDIT = """
bundle    Pack a finished RUN into one file from which others can compute every number again.
check     List what is doubtful in the plan's photographs, what it cannot show, and whether it can be run.
compare   Lay finished RUNs of several systems or versions side by side, the first as the one before.
disclose  Keep the clock of a coordinated disclosure of RUN: who was told, answer due, public on.
import    Measure the error rates of SCORES, one comparison a row, whoever made them.
labels    List the pairs of RUN whose labels are most likely wrong, for two people to look at.
measure   Measure RUN again from its answers, without asking the system anything.
plan      Write a plan for the photographs in DATASET, every default spelled out, to be edited.
report    Write RUN/report.html again, from the results that stand there.
run       Run the audit in PLAN, or go on with it, and write results and report.
verify    Check every byte of BUNDLE, and compute every number in it again from the answers in it.
"""
DATA = """
congress  Put the photographs of the Congress test into DIR: members, and who they are searched among.
folder    Write the manifest of the photographs in DIR: who is on each, and who is searched for.
"""
KEYS = """
create  Make an access key that programs sign their calls with; its secret is shown this once.
list    List the access keys: what each is for, and until when.
revoke  Let the access key ID be used no more, from now on.
rotate  Make an access key that may do the same as ID, which lapses after an overlap.
"""
SEAL = """
export   Write the keys to FILE, wrapped by a passphrase of 12 characters or more.
new      Make a data directory, and its key file where FAIRLINEUP_SEAL_KEY says.
restore  Bring the keys in FILE back to where they belong, on this machine or another.
rotate   Seal everything in the data directory again with new keys, and remove the old ones.
show     Show where the key file is, which keys are in it, and when they were last exported.
"""
PLAN = """
size  How many people a question takes; with a PLAN, which of its limits and contrasts its people can decide.
"""
SAMPLES = """
make   Write photographs of people who do not exist, and the manifest of them, to a folder.
sheet  Draw a sheet with one photograph of each person, ten a row.
"""


@click.group(
    cls=LazyGroup,
    listed=COMMANDS,
    places={"help": "help:help_"},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="fairlineup")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def fairlineup(*, debug: bool) -> None:
    """Face recognition that has to answer for itself.

    Audit a system with the test the ACLU ran on Amazon Rekognition in 2018: search people among people who
    are not them, and count who is falsely matched.
    """
    sweep_temporary()


@fairlineup.group(
    cls=LazyGroup,
    listed=AUDIT,
    places={
        "compare": "versus:compare",
        "import": "importing:import_scores",
        "verify": "bundle:verify",
        **{name: f"audit:{name}" for name in ("measure", "plan", "report", "run")},
    },
)
def audit() -> None:
    """Audit a face recognition system by a written plan."""


@fairlineup.group(
    cls=LazyGroup, listed=DATA, places={"congress": "data:congress", "folder": "folder:folder_command"}
)
def data() -> None:
    """Put real photographs in order: from public sources, or a folder of your own, with a manifest."""


@fairlineup.group(cls=LazyGroup, listed=PLAN, places={"size": "plan:size"})
def plan() -> None:
    """Plan an audit: how many people it takes, and what its plan can show."""


@fairlineup.group(cls=LazyGroup, listed=SAMPLES, places={"make": "samples:make", "sheet": "samples:sheet"})
def samples() -> None:
    """Photographs of people who do not exist, to try and to test with.

    They say nothing about real people, nor about which of two systems is better for them.
    """


@fairlineup.group(
    cls=LazyGroup,
    listed=KEYS,
    places={"list": "keys:list_keys", **{name: f"keys:{name}" for name in ("create", "revoke", "rotate")}},
)
def keys() -> None:
    """Keys of a data directory: those that programs call with, and those that it is sealed with."""


@keys.group(
    cls=LazyGroup,
    listed=SEAL,
    places={name: f"sealkeys:{name}" for name in ("export", "new", "restore", "rotate", "show")},
)
def seal() -> None:
    """The keys that templates, photographs and secrets are sealed with: whoever loses them loses these."""
