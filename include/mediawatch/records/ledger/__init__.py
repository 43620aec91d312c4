"""The ledger: what became of every link, and the arithmetic that proves nothing was lost unseen."""

from mediawatch.records.ledger.outcome import STAGES, VISIT, Outcome, best_by_link
from mediawatch.records.ledger.tallies import LedgerRow, check_boundaries, ledger_rows, tallies, visit_tallies

__all__ = [
    "STAGES",
    "VISIT",
    "LedgerRow",
    "Outcome",
    "best_by_link",
    "check_boundaries",
    "ledger_rows",
    "tallies",
    "visit_tallies",
]
