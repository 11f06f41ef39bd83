"""The stable code of each kind of error, and what it means; docs/errors.md is written from this table."""

from __future__ import annotations

from types import MappingProxyType

CODES = MappingProxyType(
    {
        "argument-out-of-range": "A function was given a number beyond what it can take.",
        "arguments-do-not-fit": "A function was given values that do not belong together.",
        "bundle-unreadable": "A bundle cannot be read, or is not one.",
        "calibration-does-not-fit": "A calibration is of another model, or does not reach so far.",
        "column-missing": "A table lacks a column that is needed.",
        "data-doubtful": "A data set has doubts that somebody must settle before it is used.",
        "extra-missing": "A part that is installed separately is not there.",
        "file-exists": "A file or folder that was to be written exists already.",
        "file-malformed": "A file was read but its content is not what it should be.",
        "file-missing": "A file or folder that was named is not there.",
        "file-too-large": "A file is larger than what is read.",
        "file-unreadable": "The operating system would not let a file be read.",
        "file-unwritable": "The operating system would not let a file be written.",
        "folder-in-use": "Another process works in the folder.",
        "id-unusable": "An id of a person or photograph cannot be used.",
        "key-unusable": "A key for signing cannot be used.",
        "model-unusable": "A model file is damaged, unknown or does not do what its description says.",
        "no-answer": "A system gave no answer to a question.",
        "no-such-label": "A label, or a value of one, is not in the data.",
        "no-such-system": "No face recognition system has that name.",
        "not-enough-data": "There is too little data for what was asked.",
        "option-unknown": "A table of options holds a name that is none of them.",
        "option-unusable": "An option has a value it cannot have.",
        "photograph-unreadable": "A photograph cannot be decoded, or is larger than is decoded.",
        "plan-invalid": "A plan says something it cannot say.",
        "run-changed": "A run that exists was begun with something else.",
        "run-of-a-newer-format": "A run, a bundle or a file of them was written by a later version.",
        "run-of-an-older-format": "A run, a bundle or a file of them has a format that is no longer read.",
        "run-unfinished": "A run has not finished, so it has no results.",
        "run-unreadable": "A file of a run is damaged, or of a format that is no longer read.",
        "source-changed": "A public source of data no longer has the form that is read.",
        "source-failed": "A public source of data did not answer as it should.",
        "system-failed": "The system under test failed.",
        "system-misused": "The system under test does not do what was asked of it.",
        "throttled": "The system asks for fewer questions a second.",
        "unspecified": "An error of no kind in this table.",
        "usage": "A command was given something that it does not take.",
        "worker-failed": "A worker process ended before its work was done.",
    }
)
