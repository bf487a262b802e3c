"""What the program may ask of a machine; the only things that touch one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Protocol, Sequence, Tuple

from ita_doctor.model.artifact import Folder, Stand

if TYPE_CHECKING:
    from ita_doctor.model.agent import Process
    from ita_doctor.model.network import Identity, Journey, Network
    from ita_doctor.model.secret import Secret


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

    def at(self, path: str) -> str:
        """Where *path*, as a file of the machine that is judged says it, stands here: below the copy, where a copy is judged."""

    def me(self) -> Tuple[int, str]:
        """Number and name of the user who runs this."""

    def uid_of(self, name: str) -> Optional[int]:
        """The number of a user, or None where the system knows no such name."""

    def group_of(self, uid: int) -> int:
        """The number of a user's own group; -1 where the system knows no such user."""

    def now(self) -> float:
        """Seconds since 1970."""

    def moment(self, civil: float) -> float:
        """Seconds since 1970 of a time that this machine's clock on the wall shows, *civil* being it as if it were UTC (1971 to 2105)."""

    def name(self) -> str:
        """The machine's name."""

    def environment(self, name: str) -> Optional[str]:
        """A variable of the environment."""

    def tail(self, path: str, limit: int) -> bytes:
        """The last *limit* bytes of a regular file; OSError for anything else."""

    def processes(self, installation: str) -> Tuple[Process, ...]:
        """The processes whose program lies in *installation*; OSError with a reason where the system does not tell."""

    def served(self, port: int, timeout: float, identity: Optional[Identity] = None) -> bytes:
        """
        The certificate (DER) that a TLS port of this machine presents, within *timeout* seconds; *identity* is shown where it asks for one.

        ConnectionRefusedError where nobody listens, TimeoutError where nothing comes in time, OSError with EPROTO where what speaks TLS
        presents none; any other OSError: it is not TLS.
        """

    def addresses(self, name: str, timeout: float) -> Tuple[Tuple[str, bool], ...]:
        """What *name* resolves to, each with whether it is this machine's; () for nothing; TimeoutError after *timeout* seconds."""

    def list_store(self, content: bytes, kind: str, typed: Secret) -> bytes:
        """What keytool lists of the key store *content* (`jceks` `pkcs12`), *typed* being its password; OSError where it cannot be run."""

    def reach(self, journey: Journey) -> Network:
        """Go the road to the master and shake hands; ends within three times the journey's time-out."""
