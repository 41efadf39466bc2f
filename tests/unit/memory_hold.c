/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that is locked while devices are suspended: all that the steps need, nothing of the program's own is undone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "backend/memory.h"
#include "util.h"

#define MIB (1u << 20)

static struct lvol_error err;
static struct memory_hold hold;

/* Whether the mapping with that address is locked, from /proc/self/smaps. */
static bool is_locked(const void *address)
{
	unsigned long long start, end, at = (unsigned long long)(uintptr_t)address;
	FILE *f = fopen("/proc/self/smaps", "re");
	char line[400];
	bool inside = false, found = false, locked = false;

	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "%llx-%llx ", &start, &end) == 2)
			inside = at >= start && at < end;
		found = found || inside;
		if (inside && !strncmp(line, "VmFlags:", 8))
			locked = strstr(line, " lo");
	}
	ck_assert_ptr_nonnull(f);
	fclose(f);
	ck_assert_msg(found, "no mapping at %p", address);
	return locked;
}

/* Locking takes CAP_IPC_LOCK or a limit that the test's program fits into. */
static void may_lock(void)
{
#ifdef __SANITIZE_ADDRESS__
	/* which has mappings of terabytes, and an mlock() that does nothing */
	t_skip_all("the address sanitizer has its own idea of memory");
#endif
	struct memory_hold probe = { 0 };

	if (lvi_memory_hold(&probe, &err))
		t_skip_all("memory cannot be locked here");
	lvi_memory_release(&probe);
}

START_TEST(code_heap_and_stack_are_locked_and_let_go)
{
	int on_stack = 0;
	char *heap = strdup("heap");

	ck_assert_int_eq(t_locked_kib(), 0);
	t_ok(lvi_memory_hold(&hold, &err), err);
	ck_assert_int_gt(t_locked_kib(), 100);
	ck_assert(is_locked(&on_stack) && is_locked(heap));
	ck_assert(is_locked((void *)(uintptr_t)lvi_memory_hold) && is_locked((void *)(uintptr_t)qsort));
	lvi_memory_release(&hold);
	ck_assert_int_eq(t_locked_kib(), 0);
	ck_assert(!is_locked(&on_stack) && !is_locked(heap));
	free(heap);
}
END_TEST

/* What is shared with others, and large data that nothing of ours reads, is not brought in. */
START_TEST(data_of_the_program_is_not_brought_in)
{
	char *shared = mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *large = mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	unsigned char there[64 * MIB / 4096];
	size_t pages = 0;

	t_ok(lvi_memory_hold(&hold, &err), err);
	ck_assert(!is_locked(shared));
	ck_assert_int_eq(mincore(large, 64 * MIB, there), 0);
	for (size_t i = 0; i < 64 * MIB / (size_t)sysconf(_SC_PAGESIZE); i++)
		pages += there[i] & 1;
	ck_assert_uint_eq(pages, 0);
	lvi_memory_release(&hold);
	munmap(shared, 4 * MIB);
	munmap(large, 64 * MIB);
}
END_TEST

START_TEST(what_the_program_has_locked_stays_locked)
{
	char *own = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int on_stack = 0;

	ck_assert_int_eq(mlock(own, MIB / 2), 0);
	ck_assert_int_eq(t_locked_kib(), 512);
	t_ok(lvi_memory_hold(&hold, &err), err);
	ck_assert(is_locked(own) && is_locked(own + MIB / 2) && is_locked(&on_stack));
	lvi_memory_release(&hold);
	ck_assert(is_locked(own) && !is_locked(own + MIB / 2) && !is_locked(&on_stack));
	ck_assert_int_eq(t_locked_kib(), 512);
	ck_assert_int_eq(mlockall(MCL_CURRENT), 0);
	t_ok(lvi_memory_hold(&hold, &err), err);
	lvi_memory_release(&hold);
	ck_assert(is_locked(own + MIB / 2) && is_locked(&on_stack));
	ck_assert_int_eq(munlockall(), 0);
	munmap(own, MIB);
}
END_TEST

/* As a user with a small limit: an error that says what would help, and nothing stays locked. */
START_TEST(a_small_limit_is_told)
{
	const struct rlimit small = { 64 << 10, 64 << 10 };

	ck_assert_int_eq(setrlimit(RLIMIT_MEMLOCK, &small), 0);
	if (!getuid() && (setgid(65534) || setuid(65534) || prctl(PR_SET_DUMPABLE, 1)))  /* /proc/self is ours again */
		ck_abort_msg("cannot become another user");
	t_fails(lvi_memory_hold(&hold, &err), LVOL_E_PERMISSION, err);
	ck_assert_msg(strstr(err.message, "RLIMIT_MEMLOCK"), "%s", err.message);
	ck_assert_int_eq(t_locked_kib(), 0);
}
END_TEST

int main(void)
{
	Suite *suite;
	TCase *tests;

	may_lock();
	suite = suite_create("memory hold");
	tests = tcase_create("locking");
	tcase_add_test(tests, code_heap_and_stack_are_locked_and_let_go);
	tcase_add_test(tests, data_of_the_program_is_not_brought_in);
	tcase_add_test(tests, what_the_program_has_locked_stays_locked);
	tcase_add_test(tests, a_small_limit_is_told);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
