"""What the program may ask of a machine; the only things that touch one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Protocol, Sequence, Tuple

from ita_doctor.model.artifact import Folder, Stand

if TYPE_CHECKING:
    from ita_doctor.model.network import Journey, Network


class Host(Protocol):
    """One machine. Nothing here judges, and nothing but OSError comes out."""

    platform: str
    """`posix` or `os400`."""

    def stand(self, path: str) -> Stand:
        """What stands at *path*, links followed; never raises."""

    def read(self, path: str, limit: int) -> bytes:
        """The first *limit* bytes of a regular file; OSError for anything else. Leaves the access time alone where it may."""

    def names(self, folder: str) -> Sequence[str]:
        """The names in *folder*, sorted; empty where it cannot be listed."""

    def files(self, folder: str) -> Sequence[Tuple[str, int]]:
        """Names and sizes of the regular files in *folder* (links followed), sorted; empty where it cannot be listed."""

    def folders(self, path: str) -> Tuple[Folder, ...]:
        """The folders above *path* as written and with links followed, its own first."""

    def absolute(self, path: str) -> str:
        """*path* from the root on, as written: no link is followed."""

    def me(self) -> Tuple[int, str]:
        """Number and name of the user who runs this."""

    def uid_of(self, name: str) -> Optional[int]:
        """The number of a user, or None where the system knows no such name."""

    def group_of(self, uid: int) -> int:
        """The number of a user's own group; -1 where the system knows no such user."""

    def now(self) -> float:
        """Seconds since 1970."""

    def name(self) -> str:
        """The machine's name."""

    def environment(self, name: str) -> Optional[str]:
        """A variable of the environment."""

    def reach(self, journey: Journey) -> Network:
        """Go the road to the master and shake hands; ends within three times the journey's time-out."""
