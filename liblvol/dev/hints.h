/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DEV_HINTS_H
#define LVI_DEV_HINTS_H

/*
 * lvm2 remembers in @dir/hints which devices are PVs, and looks at no others, until a file @dir/newhints says that this
 * has changed. Who changes which devices are PVs, or of which VG, empties the file and holds its lock (flock) meanwhile,
 * so that nobody writes down what is about to be wrong.
 *
 * A descriptor that holds the lock, to be closed when the change is done; -1: there is nothing to hold. Never fails: who
 * cannot write there cannot write PVs either, and `pvscan --cache` makes the hints anew.
 */
int lvi_hints_forget(const char *dir);

#endif
