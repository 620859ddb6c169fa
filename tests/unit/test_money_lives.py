"""Random lives of envelopes, spendings, committee decisions and the journal, changed together as by the service."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.welfare.domain import movements
from services.welfare.domain.envelopes import Envelope, EnvelopeState, close, open_envelope
from services.welfare.domain.ledger import Account, JournalEntry
from services.welfare.domain.movements import Limits, Moved, Posting
from services.welfare.domain.spendings import Allowance, FundDecision, Spending
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.funds import Category, SpendingMovedRestricted, SpendingState
from shared.errors import RuleBroken
from shared.ids import new_id
from tests.unit.money import ABOVE, approved, committee_decision, posting

T = TypeVar("T")
amounts = st.sampled_from([0, 1, 999, 60_000, ABOVE, ABOVE + 1, 3 * ABOVE])
picks = st.integers(0, 60)


class Money(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[UUID, Any] = {}
        self.told: dict[UUID, tuple[int, int]] = {}
        """What is reserved and spent of each spending, by the events alone."""

    def of(self, kind: type[T]) -> list[T]:
        return [each for each in self.kept.values() if isinstance(each, kind)]

    def pick(self, kind: type[T], number: int) -> T:
        found = self.of(kind)
        return found[number % len(found)]

    def together(self, decide: Callable[[], Moved]) -> None:
        """All of what was decided, or nothing where a rule is broken or an amount makes no sense."""
        try:
            decisions = decide()
        except (RuleBroken, ValueError):
            return
        for decision in decisions:
            self.kept[decision.state.id] = decision.state
            for event in decision.events:
                self.hear(event)

    def hear(self, event: DomainEvent) -> None:
        if isinstance(event, SpendingMovedRestricted):
            self.told[event.spending_id] = (event.reserved_fen, event.spent_fen)

    def limits(self, decision_id: UUID | None, allowance_id: UUID | None) -> Limits:
        decision = self.kept[decision_id] if decision_id else None
        allowance = self.kept[allowance_id] if allowance_id else None
        return Limits(decision, allowance)

    # What people do.

    @initialize()
    def begin(self) -> None:
        for granted in (60_000, 2 * ABOVE):
            self.grant(granted, 2022)
        for each in (committee_decision(), committee_decision(ABOVE + 60_000), Allowance(id=new_id())):
            self.kept[each.id] = each

    @precondition(lambda self: len(self.of(Envelope)) < 5)
    @rule(amount=amounts, year=st.sampled_from([2022, 2023]))
    def grant(self, amount: int, year: int) -> None:
        opened = open_envelope(
            new_id(), year=year, category=Category.RIGHTS, unit_id=None, granted_fen=amount, document="文号"
        )
        self.together(lambda: movements.grant(opened, posting()))

    @rule(amount=amounts, pick=picks)
    def raise_grant(self, amount: int, pick: int) -> None:
        self.together(lambda: movements.raise_grant(self.pick(Envelope, pick), amount, posting()))

    @rule(amount=amounts, giving=picks, taking=picks)
    def move_money(self, amount: int, giving: int, taking: int) -> None:
        envelopes = (self.pick(Envelope, giving), self.pick(Envelope, taking))
        self.together(lambda: movements.move(*envelopes, amount, posting()))

    @rule(amount=amounts, pick=picks, decided=st.sampled_from([None, 0, 1]), limited=st.booleans())
    def reserve(self, amount: int, pick: int, decided: int | None, limited: bool) -> None:
        decision_id = None if decided is None else self.pick(FundDecision, decided).id
        allowance_id = self.pick(Allowance, 0).id if limited else None
        given = approved(amount, decision_id=decision_id, allowance_id=allowance_id)
        limits = self.limits(decision_id, allowance_id)
        self.together(
            lambda: movements.reserve(
                new_id(), given, self.pick(Envelope, pick), limits, posting(), decision_above_fen=ABOVE
            )
        )

    def moved(self, pick: int, move: Callable[[Spending, Envelope, Limits, Posting], Moved]) -> None:
        spending = self.pick(Spending, pick)
        limits = self.limits(spending.decision_id, spending.allowance_id)
        self.together(lambda: move(spending, self.kept[spending.envelope_id], limits, posting()))

    @precondition(lambda self: self.of(Spending))
    @rule(pick=picks)
    def pay_the_whole(self, pick: int) -> None:
        self.moved(pick, movements.pay)

    @precondition(lambda self: self.of(Spending))
    @rule(pick=picks, amount=amounts)
    def pay_a_part(self, pick: int, amount: int) -> None:
        self.moved(pick, partial(movements.pay, amount_fen=amount))

    @precondition(lambda self: self.of(Spending))
    @rule(pick=picks)
    def release(self, pick: int) -> None:
        self.moved(pick, movements.release)

    @precondition(lambda self: self.of(Spending))
    @rule(pick=picks, amount=amounts)
    def refund(self, pick: int, amount: int) -> None:
        self.moved(pick, partial(movements.refund, amount_fen=amount))

    @precondition(lambda self: len(self.of(Spending)) > 3)
    @rule(pick=picks)
    def close(self, pick: int) -> None:
        self.together(lambda: [close(self.pick(Envelope, pick))])

    # What holds whatever happens.

    @invariant()
    def no_envelope_is_below_zero(self) -> None:
        for envelope in self.of(Envelope):
            assert min(envelope.granted_fen, envelope.reserved_fen, envelope.spent_fen, envelope.available_fen) >= 0
            if envelope.state is EnvelopeState.CLOSED:
                assert envelope.reserved_fen == 0

    @invariant()
    def debits_equal_credits_and_the_ledger_says_what_the_envelopes_do(self) -> None:
        lines = [line for entry in self.of(JournalEntry) for line in entry.lines]
        balances: Counter[tuple[UUID, Account]] = Counter()
        for line in lines:
            balances[line.envelope_id, line.account] += line.debit_fen - line.credit_fen
        assert sum(balances.values()) == 0
        for envelope in self.of(Envelope):
            assert balances[envelope.id, Account.APPROPRIATION] == -envelope.granted_fen
            assert balances[envelope.id, Account.RESERVED] == envelope.reserved_fen
            assert balances[envelope.id, Account.SPENT] == envelope.spent_fen
            assert balances[envelope.id, Account.AVAILABLE] == envelope.available_fen

    @invariant()
    def what_the_spendings_hold_is_what_the_envelopes_gave(self) -> None:
        for envelope in self.of(Envelope):
            paid_from = [each for each in self.of(Spending) if each.envelope_id == envelope.id]
            assert sum(each.reserved_fen for each in paid_from) == envelope.reserved_fen
            assert sum(each.spent_fen for each in paid_from) == envelope.spent_fen
        for spending in self.of(Spending):
            assert (spending.reserved_fen > 0) == (spending.state is SpendingState.RESERVED)
            assert spending.reserved_fen + spending.spent_fen <= spending.amount_fen

    @invariant()
    def no_decision_and_no_allowance_is_overused(self) -> None:
        for decision in self.of(FundDecision):
            rests = [each for each in self.of(Spending) if each.decision_id == decision.id]
            assert decision.used_fen == sum(each.reserved_fen + each.spent_fen for each in rests)
            assert decision.used_fen <= decision.granted_fen
        for allowance in self.of(Allowance):
            had = [each for each in self.of(Spending) if each.allowance_id == allowance.id]
            assert allowance.used_fen == sum(each.reserved_fen + each.spent_fen for each in had)
        for spending in self.of(Spending):
            assert spending.decision_id or not spending.large

    @invariant()
    def who_heard_the_events_alone_has_the_same_figures(self) -> None:
        assert self.told == {each.id: (each.reserved_fen, each.spent_fen) for each in self.of(Spending)}


Money.TestCase.settings = settings(
    max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
TestMoney = Money.TestCase
