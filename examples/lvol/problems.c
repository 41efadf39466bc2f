/* SPDX-License-Identifier: MIT */
#include "problems.h"

#include "error.h"

#include <stdio.h>

/* Exported and foreign VGs are nothing to warn of; the reports show them as such. */
static void print_problem(const struct lvol_problem *problem)
{
	if (problem->code == LVOL_PROBLEM_EXPORTED || problem->code == LVOL_PROBLEM_FOREIGN)
		return;
	fprintf(stderr, "  WARNING: %s%s\n", error_subject(problem->subject, problem->message).text,
			problem->message);
}

void problems_print_vg(const struct lvol_vg *vg)
{
	struct lvol_problem problem;

	for (size_t i = 0; lvol_vg_problem(vg, i, &problem); i++)
		print_problem(&problem);
}

void problems_print_scan(const struct lvol_scan *scan)
{
	struct lvol_problem problem;
	const struct lvol_vg *vg;

	for (size_t i = 0; lvol_scan_problem(scan, i, &problem); i++)
		print_problem(&problem);
	for (size_t i = 0; (vg = lvol_scan_vg(scan, i)); i++)
		problems_print_vg(vg);
}
