/* SPDX-License-Identifier: MIT */
#ifndef ASK_H
#define ASK_H

#include <stdbool.h>

struct call;

/* Ask a question on the terminal: true for yes. -y answers it; without a terminal the answer is no. */
bool ask(const struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
