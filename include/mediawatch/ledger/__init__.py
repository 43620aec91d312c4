"""The ledger: what became of every link, and the arithmetic that proves nothing was lost unseen."""

from mediawatch.ledger.outcome import STAGES, Outcome, best_by_link
from mediawatch.ledger.tallies import LedgerRow, check_seams, ledger_rows, tallies

__all__ = ["STAGES", "LedgerRow", "Outcome", "best_by_link", "check_seams", "ledger_rows", "tallies"]
