#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A pool that the kernel has active and that is written all the time is looked at through metadata snapshots: what is seen is
# what thin_ls, thin_delta and thin_dump see, and each is given back, also after an error. Snapshots of it are exported, and
# arrive elsewhere.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
PATH=$PATH:/usr/sbin command -v thin_ls >/dev/null || skip "thin_ls is not installed (package thin-provisioning-tools)"
disk a 96M; disk b 72M
guest thin-insight.guest -d "$dir/a.img" -d "$dir/b.img" || fail "the guest"
