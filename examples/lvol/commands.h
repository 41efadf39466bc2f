/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_H
#define COMMANDS_H

/* All commands; commands.c lists them in the order of --help. */

#include "command.h"

extern const struct command command_pvcreate, command_pvremove, command_pvresize, command_pvchange, command_pvmove,
		command_pvs;
extern const struct command command_vgcreate, command_vgremove, command_vgextend, command_vgreduce, command_vgrename,
		command_vgchange, command_vgexport, command_vgimport, command_vgsplit, command_vgmerge, command_vgck,
		command_vgcfgbackup, command_vgcfgrestore, command_vgs;
extern const struct command command_lvcreate, command_lvremove, command_lvrename, command_lvresize, command_lvextend,
		command_lvreduce, command_lvchange, command_lvconvert, command_lvs;
extern const struct command command_thin_ls, command_thin_diff, command_thin_check;
extern const struct command command_export, command_import;
extern const struct command command_read, command_write, command_map, command_script, command_dm;

#endif
