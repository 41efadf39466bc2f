/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm2.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

/* Loop devices of this process, made when they are first needed; t_loop_attach() lets them go with it. */
struct lvm2 {
	char *dir;
	char *loops[REC_MAX_DISKS];
	unsigned count;
};

const char *lvm2_absent(void)
{
	const char *why = t_no_loops();

	if (why)
		return why;
	return t_have_program("lvm") || access("/usr/sbin/lvm", X_OK) == 0 ? NULL : "lvm is not installed (package lvm2)";
}

static void write_config(const struct lvm2 *l)
{
	char *path = t_path(l->dir, "lvm.conf");
	FILE *to = fopen(path, "w");

	ck_assert_ptr_nonnull(to);
	fputs("devices {\n\tfilter = [ ", to);
	for (unsigned i = 0; i < l->count; i++)
		fprintf(to, "\"a|^%s$|\", ", l->loops[i]);
	fputs("\"r|.*|\" ]\n"
	      "\tuse_devicesfile = 0\n\tobtain_device_list_from_udev = 0\n\texternal_device_info_source = \"none\"\n"
	      "\thints = \"none\"\n\tmultipath_component_detection = 0\n\tmd_component_detection = 0\n}\n"
	      "activation { udev_sync = 0 udev_rules = 0 monitoring = 0 }\n"
	      "backup { backup = 0 archive = 0 }\n", to);
	fprintf(to, "global { activation = 0 locking_dir = \"%s\" use_lvmpolld = 0 use_lvmlockd = 0 "
		"system_id_source = \"none\" }\n", l->dir);
	fclose(to);
	free(path);
}

static struct lvm2 *lvm2_with(unsigned count)
{
	static struct lvm2 *kept;

	if (!kept) {
		kept = calloc(1, sizeof *kept);
		kept->dir = t_tmpdir();
		setenv("LVM_SYSTEM_DIR", kept->dir, 1);
		setenv("LVM_SUPPRESS_FD_WARNINGS", "1", 1);
	}
	for (; kept->count < count; kept->count++) {
		char name[32], *file;

		snprintf(name, sizeof name, "disk%u.img", kept->count);
		file = t_path(kept->dir, name);
		t_sparse_file(file, WORLD_DISK_BYTES);
		kept->loops[kept->count] = t_loop_attach(file, 512);
		free(file);
	}
	write_config(kept);
	return kept;
}

static void put_disk(const struct recorder *rec, unsigned number, const char *loop)
{
	int fd = open(loop, O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, rec->disks[number].data, rec->bytes, 0), (ssize_t)rec->bytes);
	ck_assert_int_eq(fsync(fd), 0);
	close(fd);
}

static char *ask_vgs(const struct world_view *view)
{
	struct t_output output = t_sh("PATH=$PATH:/usr/sbin:/sbin; lvm vgs --noheadings --separator ' ' --aligned "
			"-o vg_name,vg_seqno,pv_count,lv_count,vg_missing_pv_count | awk '{$1 = $1; print}' | sort");
	char *wrong = NULL;

	if (output.status || strcmp(output.out, view->summary))
		wrong = t_text("lvm2 shows\n%sinstead of\n%s%s", output.out, view->summary, output.err);
	t_output_free(&output);
	return wrong;
}

/* Stale copies are what it may complain about; that makes its status 5 or not, as its version has it. */
static char *ask_vgck(void)
{
	struct t_output output = t_sh("PATH=$PATH:/usr/sbin:/sbin; lvm vgck 2>&1 || echo status $?");
	char *wrong = NULL;

	if (strstr(output.out, "status"))
		wrong = t_text("vgck: %s", output.out);
	t_output_free(&output);
	return wrong;
}

char *lvm2_judge(const struct recorder *rec, const struct world_view *view)
{
	struct lvm2 *l = lvm2_with(rec->count);
	char *wrong;

	for (unsigned i = 0; i < rec->count; i++)
		put_disk(rec, i, l->loops[i]);
	wrong = ask_vgs(view);
	/* which fails for a PV that is missing */
	return wrong || view->missing ? wrong : ask_vgck();
}
