# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the operations of a transaction have in common."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Optional, Sequence, Union

from ._call import flags
from ._shared import Shared, check_same

if TYPE_CHECKING:
    import os

    from .dev import Dev
    from .lv import LV
    from .pv import PV
    from .vg import VG

    VgName = Union[str, VG]
    LvName = Union[str, LV]
    PvName = Union[str, 'os.PathLike[Any]', PV, Dev]


class Operations:
    """Names of things for the C calls. Objects that were read through another context are refused."""

    _shared: Shared
    _call: Callable[..., int]

    def _vg_name(self, vg: VgName) -> str:
        if isinstance(vg, str):
            return vg
        check_same(self._shared, vg)
        return vg.uuid

    def _vg_now(self, vg: VgName) -> str:
        """For operations that take only names."""
        if isinstance(vg, str):
            return vg
        check_same(self._shared, vg)
        return vg.name

    def _lv_name(self, lv: LvName) -> str:
        if isinstance(lv, str):
            return lv
        check_same(self._shared, lv)
        return lv.full_name

    def _pv_name(self, pv: PvName) -> Any:
        if not hasattr(pv, '_shared'):
            return pv
        check_same(self._shared, pv)
        return pv.name or pv.uuid  # type: ignore[union-attr]

    def _pv_names(self, pvs: Optional[Sequence[PvName]]) -> Optional[list[Any]]:
        if pvs is None:
            return None
        if isinstance(pvs, (str, bytes)):
            raise TypeError(f'a list of PVs is wanted, not {pvs!r} alone')
        return [self._pv_name(pv) for pv in pvs]


def listed(values: Sequence[str]) -> Optional[list[str]]:
    """Tags for an option struct, None for no tags."""
    if isinstance(values, (str, bytes)):
        raise TypeError(f'a list of tags is wanted, not {values!r} alone')
    return list(values) or None


def changed(**fields: Any) -> int:
    """The `what` of a change: LVOL_<name> for every argument that is not None."""
    return flags(**{name: value is not None for name, value in fields.items()})
