"""What was opened in this process, in memory alone: items and pictures of opened seals.

Custodians give their shares one by one; with enough of them, inside the window, the package is
opened. A new start of the process begins with an empty vault, and the custodians are needed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank import sealing
from question_bank.item import Item
from question_bank.sealing import BadSeal, Package
from question_bank.shares import Share


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the opening of a seal is."""

    given: int
    needed: int
    is_open: bool


@dataclass(slots=True)
class Vault:
    """The opened content of one process; shared by the engine and the pages."""

    _items: dict[str, dict[tuple[str, int], Item]] = field(default_factory=dict)
    _pictures: dict[str, bytes] = field(default_factory=dict)
    _waiting: dict[str, dict[int, Share]] = field(default_factory=dict)
    _opened: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def give(self, package: Package, share: Share, *, now: int) -> Progress:
        """Take one custodian's share, and open the package when it was the last one needed.

        Shares that turn out wrong together are all forgotten: nobody can say which one it was.

        Raises:
            SealClosed: outside the window; the share is not kept.
            WrongShares: of another seal, or those given do not fit together.
            BadSeal: the content is not what the outlines say.
        """
        sealing.check_window(package, now)
        sealing.check_share(package, share)
        if package.seal in self._opened:
            return self.progress(package)
        waiting = self._waiting.setdefault(package.seal, {})
        waiting[share.index] = share
        if len(waiting) >= package.header["threshold"]:
            indices = tuple(sorted(waiting))
            given = list(self._waiting.pop(package.seal).values())
            opened = sealing.open_package(package, given, now=now)
            known = self._items.setdefault(str(package.header["bank"]), {})
            if any(known.get(item.ref, item) != item for item in opened.items):
                raise BadSeal("a version that is open already has other content in this seal")
            known.update({item.ref: item for item in opened.items})
            self._pictures.update(opened.pictures)
            self._opened[package.seal] = indices
        return self.progress(package)

    def progress(self, package: Package) -> Progress:
        """How many shares this seal has and needs."""
        needed = package.header["threshold"]
        if package.seal in self._opened:
            return Progress(needed, needed, is_open=True)
        return Progress(len(self._waiting.get(package.seal, {})), needed, is_open=False)

    def indices(self, seal: str) -> tuple[int, ...]:
        """The numbers of the shares that opened a seal."""
        return self._opened.get(seal, ())

    def is_open(self, seal: str) -> bool:
        """Whether a seal is open in this process."""
        return seal in self._opened

    def waiting_count(self, seal: str) -> int:
        """How many shares of a seal were given so far."""
        return len(self._waiting.get(seal, {}))

    def items(self, bank: str) -> Mapping[tuple[str, int], Item]:
        """The opened items of a bank by identifier and version."""
        return dict(self._items.get(bank, {}))

    def picture(self, name: str) -> bytes | None:
        """An opened picture or recording by "digest.extension", or None."""
        return self._pictures.get(name)

    def __repr__(self) -> str:
        """Without anything of what is inside."""
        return f"Vault({len(self._opened)} open)"
