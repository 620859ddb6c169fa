"""The ledger: an entry that does not balance cannot be made."""

import pytest
from pydantic import ValidationError

from services.welfare.domain.ledger import Account, JournalEntry, Line, Movement, post, transfer_within
from shared.ids import new_id
from tests.unit.money import AT, FINANCE, envelope

OF = envelope()


def entry(*lines: Line) -> JournalEntry:
    return post(new_id(), OF, Movement.RESERVED, lines, by=FINANCE, at=AT).state


def test_what_moves_within_an_envelope_is_debited_to_one_account_and_credited_to_another() -> None:
    debit, credit = transfer_within(OF, Account.RESERVED, Account.AVAILABLE, 500)

    assert (debit.account, debit.debit_fen, debit.credit_fen) == (Account.RESERVED, 500, 0)
    assert (credit.account, credit.debit_fen, credit.credit_fen) == (Account.AVAILABLE, 0, 500)
    assert entry(debit, credit).lines == (debit, credit)


def test_nothing_is_no_movement() -> None:
    assert transfer_within(OF, Account.RESERVED, Account.AVAILABLE, 0) == ()
    with pytest.raises(ValidationError, match="an entry moves something"):
        entry()


def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    debit, credit = transfer_within(OF, Account.RESERVED, Account.AVAILABLE, 500)

    for lines in ((debit,), (credit,), (debit, credit.model_copy(update={"credit_fen": 499}))):
        with pytest.raises(ValidationError, match="debits equal credits"):
            entry(*lines)


def test_an_amount_is_never_below_zero() -> None:
    with pytest.raises(ValidationError):
        transfer_within(OF, Account.RESERVED, Account.AVAILABLE, -500)
