"""Work on all cores: processes that leave Ctrl-C to their parent, one BLAS thread each; imports records."""

from fairlineup.workers.interrupts import interrupts_held
from fairlineup.workers.processes import ALONE, Crew, crew
from fairlineup.workers.starting import Parcel, Sealed, starting
from fairlineup.workers.threads import one_blas_thread

__all__ = ["ALONE", "Crew", "Parcel", "Sealed", "crew", "interrupts_held", "one_blas_thread", "starting"]
