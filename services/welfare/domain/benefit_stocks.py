"""How many there are of a package, taken, handed out and gone back. Changed together with whose it is."""

from uuid import UUID, uuid5

from services.welfare.domain.benefit_packages import Package
from services.welfare.domain.benefits import BenefitDrive, State
from services.welfare.errors.benefits import OutOfStock
from shared.aggregate import Aggregate, Decision
from shared.errors import WrongState


class PackageStock(Aggregate):
    """`taken` are chosen or given by default, `picked_up` of them handed out; what is `returned` may be taken again.

    `state` is that of the drive and changes with it, so that nothing is taken or handed out by who has read the drive
    a moment too early. `total` is None where there are as many as are asked for.
    """

    drive_id: UUID
    package_id: UUID
    name: str
    price_fen: int
    total: int | None
    state: State
    taken: int = 0
    picked_up: int = 0
    returned: int = 0

    @classmethod
    def of(cls, drive: BenefitDrive, package: Package) -> "Decision[PackageStock]":
        """Of a drive that is being announced."""
        stock = cls(
            id=stock_id(drive.id, package.id),
            drive_id=drive.id,
            package_id=package.id,
            name=package.name,
            price_fen=package.price_fen,
            total=package.stock,
            state=State.ANNOUNCED,
        )
        return Decision(stock, ())

    @property
    def uncollected(self) -> int:
        return self.taken - self.picked_up

    @property
    def spent_fen(self) -> int:
        return self.picked_up * self.price_fen

    def choose(self) -> "Decision[PackageStock]":
        """Raises OutOfStock, WrongState."""
        self._require(State.ANNOUNCED, "choose")
        return self._take(1)

    def stay(self) -> "Decision[PackageStock]":
        """The same one is chosen again. Raises WrongState."""
        self._require(State.ANNOUNCED, "choose")
        return self._changed()

    def give_up(self) -> "Decision[PackageStock]":
        """Another one is chosen instead. Raises WrongState."""
        self._require(State.ANNOUNCED, "choose")
        return self._changed(taken=self.taken - 1)

    def give(self, members: int) -> "Decision[PackageStock]":
        """To so many who have chosen nothing. Raises OutOfStock, WrongState."""
        self._require(State.CLOSING, "close_choosing")
        return self._take(members)

    def pick_up(self) -> "Decision[PackageStock]":
        """Raises WrongState."""
        self._require(State.HANDING_OUT, "pick_up")
        return self._changed(picked_up=self.picked_up + 1)

    def pick_up_again(self) -> "Decision[PackageStock]":
        """What went back is asked for after all. Raises OutOfStock, WrongState."""
        self._require(State.HANDING_OUT, "pick_up")
        return self._take(1, picked_up=self.picked_up + 1, returned=self.returned - 1)

    def put_back(self, *, picked_up: int = 0, uncollected: int = 0) -> "Decision[PackageStock]":
        """So many of what was handed out, and of what was not collected. Raises WrongState."""
        self._require(State.HANDING_OUT, "return")
        goods = picked_up + uncollected
        return self._changed(
            taken=self.taken - goods, picked_up=self.picked_up - picked_up, returned=self.returned + goods
        )

    def follow(self, state: State) -> "Decision[PackageStock]":
        """The drive has moved on."""
        return self._changed(state=state)

    def _require(self, state: State, action: str) -> None:
        if self.state is not state:
            raise WrongState(state=self.state.value, action=action)

    def _take(self, members: int, **change: int) -> "Decision[PackageStock]":
        if self.total is not None and self.taken + members > self.total:
            raise OutOfStock(package=self.name)
        return self._changed(taken=self.taken + members, **change)

    def _changed(self, **change: object) -> "Decision[PackageStock]":
        return Decision(self.model_copy(update=change), ())


def stock_id(drive_id: UUID, package_id: UUID) -> UUID:
    return uuid5(drive_id, f"stock {package_id}")
