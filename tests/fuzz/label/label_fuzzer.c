/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The first sectors of a device: any bytes are read without harm, and what is accepted can be written and is then read
 * as the same. The first input byte chooses: bit 0 mends the checksums (without that hardly anything gets past them),
 * bit 1 the sector numbers, bit 2 the place of the PV header, the rest the size of the device.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "disk/label.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void mend(uint8_t buf[LABEL_SCAN_BYTES], uint8_t how)
{
	for (unsigned i = 0; i < LABEL_SCAN_SECTORS; i++) {
		uint8_t *sector = buf + i * 512;

		if (memcmp(sector, LABEL_ID, 8))
			continue;
		if (how & 2)
			lvi_put_le64(sector + 8, i);
		if (how & 4)
			lvi_put_le32(sector + 20, 32);
		lvi_put_le32(sector + 16, lvi_crc_lvm(LVI_CRC_LVM_SEED, sector + 20, 492));
	}
}

static void check_same(const struct label *a, uint64_t device_size)
{
	uint8_t buf[LABEL_SCAN_BYTES] = { 0 }, again[512];
	struct label_scan scan;

	if (lvi_label_format(a, buf + a->sector * 512, NULL))
		abort();
	lvi_label_parse(buf, device_size, &scan);
	if (scan.state != LABEL_OK || memcmp(&scan.label, a, sizeof *a))
		abort();
	if (lvi_label_format(&scan.label, again, NULL) || memcmp(again, buf + a->sector * 512, 512))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t buf[LABEL_SCAN_BYTES] = { 0 };
	uint64_t device_size;
	struct label_scan scan;

	if (!size)
		return 0;
	device_size = data[0] & 8 ? UINT64_MAX : (uint64_t)(data[0] >> 4) << 20;
	memcpy(buf, data + 1, size - 1 < sizeof buf ? size - 1 : sizeof buf);
	if (data[0] & 1)
		mend(buf, data[0]);
	lvi_label_parse(buf, device_size, &scan);
	if (strlen(scan.why) >= sizeof scan.why || (scan.state == LABEL_DAMAGED) != (scan.why[0] != 0))
		abort();
	if (scan.state == LABEL_OK)
		check_same(&scan.label, device_size);
	return 0;
}
