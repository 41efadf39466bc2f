/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* File systems follow their LVs, mounted or not as they like it, through LUKS too; when they cannot, nothing changes. */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <lvol/lvol.h>

#include "guest.h"

#define MIB (UINT64_C(1) << 20)
#define KEY "not so secret"
#define MOUNT "/run/mnt"

static struct lvol_ctx *ctx;
static struct lvol_backend *backend;
static struct lvol_error err;

static struct lvol_txn *begin(void)
{
	struct lvol_txn_opts o = LVOL_TXN_OPTS_INIT;
	struct lvol_txn *txn;

	o.backend = backend;
	o.flags = LVOL_TXN_ACTIVATE_NEW;
	t_ok(lvol_txn_begin(ctx, (const char *const[]){ "vg0", NULL }, &o, &txn, &err), err);
	return txn;
}

static void commit(struct lvol_txn *txn)
{
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
}

/* Also what a test left that failed. */
static void clean(void)
{
	t_sh_ok("umount " MOUNT " 2>/dev/null; cryptsetup close enc 2>/dev/null; vgremove -q -ff -y vg0 2>/dev/null;"
			" pvremove -q -ff -y /dev/ubd[a-d] 2>/dev/null; :");
}

static void setup(void)
{
	err = (struct lvol_error)LVOL_ERROR_INIT;
	clean();
	t_sh_ok("vgcreate -q vg0 /dev/ubda /dev/ubdb /dev/ubdc /dev/ubdd && mkdir -p " MOUNT);
	t_ok(lvol_ctx_new(NULL, &ctx, &err), err);
	for (size_t i = 0; i < sizeof disks / sizeof *disks; i++)
		t_ok(lvol_ctx_add_path(ctx, disks[i], 0, NULL, &err), err);
	t_ok(lvol_backend_open(ctx, NULL, &backend, &err), err);
}

static void teardown(void)
{
	lvol_backend_close(backend);
	lvol_ctx_unref(ctx);
	clean();
}

static void create(const char *name, uint64_t mib, const char *key)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_luks_opts luks = LVOL_LUKS_OPTS_INIT;
	struct lvol_txn *txn = begin();

	o.name = name;
	o.size.bytes = mib * MIB;
	t_ok(lvol_lv_create(txn, &o, &err), err);
	if (key) {
		luks.key = key;
		luks.key_bytes = strlen(key);
		luks.pbkdf = "pbkdf2";
		luks.pbkdf_iterations = 1000;
		t_ok(lvol_luks_format(txn, name, &luks, &err), err);
	}
	commit(txn);
}

static int resize_with(const char *name, uint64_t mib, const struct lvol_luks_key *key)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_txn *txn = begin();
	int ret;

	o.size.bytes = mib * MIB;
	o.flags = LVOL_LV_RESIZE_FS | LVOL_LV_RESIZE_SHRINK;
	o.luks_key = key;
	t_ok(lvol_lv_resize(txn, name, &o, &err), err);
	ret = lvol_txn_commit(txn, &err);
	lvol_txn_free(txn);
	return ret;
}

static int resize(const char *name, uint64_t mib)
{
	return resize_with(name, mib, NULL);
}

static uint64_t mounted_mib(void)
{
	struct statvfs st;

	ck_assert(!statvfs(MOUNT, &st));
	return st.f_blocks * st.f_frsize / MIB;
}

static void lv_has(const char *name, unsigned mib)
{
	t_sh_ok("test $(lvs --noheadings --nosuffix --units m -o lv_size vg0/%s | cut -d. -f1) = %u && "
			"test $(blockdev --getsize64 /dev/vg0/%s) = %llu", name, mib, name, (unsigned long long)mib * MIB);
}

static void put_file(void)
{
	t_sh_ok("head -c 3000000 /dev/urandom >" MOUNT "/f && sync && sha256sum " MOUNT "/f >/run/sum");
}

static void file_is_there(void)
{
	t_sh_ok("sha256sum -c --quiet /run/sum && dmsetup info -c --noheadings -o suspended | grep -vq Suspended");
}

START_TEST(ext4_grows_mounted_and_shrinks_unmounted)
{
	create("e", 32, NULL);
	t_sh_ok("mkfs.ext4 -q /dev/vg0/e && mount /dev/vg0/e " MOUNT);
	put_file();
	t_ok(resize("e", 64), err);
	lv_has("e", 64);
	ck_assert_uint_ge(mounted_mib(), 50);
	file_is_there();
	t_fails(resize("e", 40), LVOL_E_BUSY, err);
	ck_assert_ptr_nonnull(strstr(err.message, MOUNT));
	lv_has("e", 64);
	t_sh_ok("umount " MOUNT);
	t_ok(resize("e", 40), err);
	lv_has("e", 40);
	t_sh_ok("e2fsck -fn /dev/vg0/e");
	t_ok(resize("e", 48), err);
	t_sh_ok("e2fsck -fn /dev/vg0/e && mount /dev/vg0/e " MOUNT);
	ck_assert_uint_ge(mounted_mib(), 38);
	file_is_there();
}
END_TEST

START_TEST(what_does_not_fit_stays)
{
	create("e", 64, NULL);
	t_sh_ok("mkfs.ext4 -q /dev/vg0/e && mount /dev/vg0/e " MOUNT " && head -c 40000000 /dev/urandom >" MOUNT "/big && umount "
			MOUNT);
	t_fails(resize("e", 20), LVOL_E_IO, err);
	ck_assert_ptr_nonnull(strstr(err.message, "resize2fs"));
	lv_has("e", 64);
	t_sh_ok("e2fsck -fn /dev/vg0/e");
	create("nothing", 8, NULL);
	t_fails(resize("nothing", 12), LVOL_E_NOT_FOUND, err);
	t_sh_ok("mkswap -q /dev/vg0/nothing 2>/dev/null || mkswap /dev/vg0/nothing");
	t_fails(resize("nothing", 12), LVOL_E_NOT_SUPPORTED, err);
	lv_has("nothing", 8);
	t_sh_ok("lvchange -an vg0/e");
	t_fails(resize("e", 80), LVOL_E_STATE, err);
}
END_TEST

START_TEST(btrfs_does_both_mounted)
{
	create("b", 264, NULL);  /* the kernel refuses to make one of less than 256 MiB */
	t_sh_ok("mkfs.btrfs -qf /dev/vg0/b");
	t_fails(resize("b", 300), LVOL_E_STATE, err);
	t_sh_ok("mount /dev/vg0/b " MOUNT);
	put_file();
	t_ok(resize("b", 320), err);
	lv_has("b", 320);
	ck_assert_uint_eq(mounted_mib(), 320);
	t_ok(resize("b", 280), err);
	lv_has("b", 280);
	ck_assert_uint_eq(mounted_mib(), 280);
	file_is_there();
}
END_TEST

START_TEST(xfs_grows_mounted)
{
	uint64_t before;

	create("x", 304, NULL);
	t_sh_ok("mkfs.xfs -qf /dev/vg0/x");
	t_fails(resize("x", 340), LVOL_E_STATE, err);
	t_sh_ok("mount /dev/vg0/x " MOUNT);
	put_file();
	before = mounted_mib();
	t_ok(resize("x", 340), err);
	lv_has("x", 340);
	ck_assert_uint_ge(mounted_mib(), before + 30);
	t_fails(resize("x", 310), LVOL_E_NOT_SUPPORTED, err);
	lv_has("x", 340);
	file_is_there();
}
END_TEST

/* Opened by cryptsetup; grown and shrunk below a file system. */
START_TEST(through_luks)
{
	const struct lvol_luks_key key = { KEY, strlen(KEY) }, wrong = { "wrong", 5 };
	struct lvol_vg *vg;

	create("c", 48, KEY);
	t_sh_ok("printf '%%s' '" KEY "' | cryptsetup open --key-file - /dev/vg0/c enc && mkfs.ext4 -q /dev/mapper/enc && mount "
			"/dev/mapper/enc " MOUNT);
	put_file();
	t_fails(resize_with("c", 80, &wrong), LVOL_E_PERMISSION, err);
	lv_has("c", 48);
	t_ok(resize_with("c", 80, &key), err);
	lv_has("c", 80);
	t_sh_ok("test $(blockdev --getsize64 /dev/mapper/enc) = %llu", 64 * (unsigned long long)MIB);
	ck_assert_uint_ge(mounted_mib(), 50);
	file_is_there();
	t_sh_ok("umount " MOUNT);
	t_ok(resize_with("c", 60, &key), err);
	lv_has("c", 60);
	t_sh_ok("e2fsck -fn /dev/mapper/enc && cryptsetup close enc");
	t_fails(resize("c", 80), LVOL_E_STATE, err);
	t_ok(lvol_vg_open(ctx, "vg0", &vg, &err), err);
	t_ok(lvol_luks_activate(lvol_lv_find(vg, "c"), backend, &key,
			&(struct lvol_luks_activate_opts){ .struct_size = sizeof(struct lvol_luks_activate_opts), .name = "enc" }, &err),
			err);
	lvol_vg_unref(vg);
	t_sh_ok("mount /dev/mapper/enc " MOUNT);
	file_is_there();
	t_fails(lvol_luks_deactivate(backend, "enc", &err), LVOL_E_BUSY, err);
	t_sh_ok("umount " MOUNT);
	t_ok(lvol_luks_deactivate(backend, "enc", &err), err);
	t_fails(lvol_luks_deactivate(backend, "enc", &err), LVOL_E_NOT_FOUND, err);
}
END_TEST

static bool have(const char *program)
{
	char path[64];

	snprintf(path, sizeof path, "/usr/sbin/%s", program);
	return !access(path, X_OK);
}

int main(void)
{
	Suite *suite = suite_create("filesystem");
	TCase *tc = tcase_create("filesystem");

	guest_only();
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, ext4_grows_mounted_and_shrinks_unmounted);
	tcase_add_test(tc, what_does_not_fit_stays);
	if (have("mkfs.btrfs"))
		tcase_add_test(tc, btrfs_does_both_mounted);
	if (have("mkfs.xfs"))
		tcase_add_test(tc, xfs_grows_mounted);
	if (lvol_has_feature("cryptsetup") && have("cryptsetup"))
		tcase_add_test(tc, through_luks);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
