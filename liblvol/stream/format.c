/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream/format.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/error.h"

#define MAGIC "lvolstrm"
#define MAGIC_BYTES 8
#define INCREMENTAL 1u
#define HAS_BEFORE 1u

/* Bytes from the beginning of the head, and of a record. */
enum {
	AT_VERSION = 8, AT_BYTES = 12, AT_SIZE = 16, AT_BEGIN = 24, AT_FLAGS = 32, AT_ZERO = 36, AT_CONTENT = 40, AT_BASE = 120,
	AT_REST = 200, AT_CRC = 252
};
enum {
	OF_TYPE = 0, OF_FLAGS = 4, OF_NUMBER = 8, OF_ZERO = 12, OF_OFFSET = 16, OF_LENGTH = 24, OF_BEFORE = 32, OF_PAYLOAD = 36,
	OF_REST = 40, OF_CRC = 44
};

uint32_t lvi_stream_crc(uint32_t crc, const void *data, size_t len)
{
	return ~lvi_crc_lvm(~crc, data, len);
}

bool lvi_stream_content_ok(const char *text)
{
	return strlen(text) <= STREAM_CONTENT_MAX &&
		!text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+")];
}

uint32_t lvi_stream_seed(const uint8_t head[STREAM_HEAD_BYTES])
{
	return lvi_stream_crc(0, head, STREAM_HEAD_BYTES);
}

void lvi_stream_put_head(uint8_t out[STREAM_HEAD_BYTES], const struct stream_head *head)
{
	memset(out, 0, STREAM_HEAD_BYTES);
	memcpy(out, MAGIC, MAGIC_BYTES);
	lvi_put_le32(out + AT_VERSION, STREAM_VERSION);
	lvi_put_le32(out + AT_BYTES, STREAM_HEAD_BYTES);
	lvi_put_le64(out + AT_SIZE, head->size);
	lvi_put_le64(out + AT_BEGIN, head->begin);
	lvi_put_le32(out + AT_FLAGS, head->incremental ? INCREMENTAL : 0);
	memcpy(out + AT_CONTENT, head->content, strlen(head->content));
	memcpy(out + AT_BASE, head->base, strlen(head->base));
	lvi_put_le32(out + AT_CRC, lvi_stream_crc(0, out, AT_CRC));
}

static bool is_zero(const uint8_t *data, size_t len)
{
	while (len && !*data)
		data++, len--;
	return !len;
}

static bool get_text(char out[STREAM_CONTENT_MAX + 1], const uint8_t *in)
{
	size_t len = strnlen((const char *)in, STREAM_CONTENT_MAX + 1);

	memcpy(out, in, STREAM_CONTENT_MAX + 1);
	out[STREAM_CONTENT_MAX] = '\0';
	return len <= STREAM_CONTENT_MAX && is_zero(in + len, STREAM_CONTENT_MAX + 1 - len) && lvi_stream_content_ok(out);
}

static const char *head_wrong(const uint8_t *in, struct stream_head *head)
{
	uint32_t flags = lvi_get_le32(in + AT_FLAGS);

	if (lvi_get_le32(in + AT_BYTES) != STREAM_HEAD_BYTES)
		return "the head has another size";
	head->size = lvi_get_le64(in + AT_SIZE);
	head->begin = lvi_get_le64(in + AT_BEGIN);
	head->incremental = flags & INCREMENTAL;
	if (flags & ~INCREMENTAL || !is_zero(in + AT_ZERO, AT_CONTENT - AT_ZERO) || !is_zero(in + AT_REST, AT_CRC - AT_REST))
		return "something is there that this version does not know";
	if (!get_text(head->content, in + AT_CONTENT) || !get_text(head->base, in + AT_BASE) || !*head->content)
		return "the names of its contents cannot be";
	if (head->incremental != (*head->base != '\0'))
		return "it is incremental without a base, or has one and is not";
	if (!head->size || head->size > INT64_MAX || head->begin > head->size)
		return "its sizes cannot be";
	return NULL;
}

int lvi_stream_get_head(const uint8_t in[STREAM_HEAD_BYTES], struct stream_head *head, uint32_t *seed,
		struct lvol_error *err)
{
	const char *wrong;

	if (memcmp(in, MAGIC, MAGIC_BYTES))
		return lvi_error(err, LVOL_E_CORRUPT, NULL, "this is no stream of a volume: it does not begin with \"" MAGIC "\"");
	if (lvi_get_le32(in + AT_VERSION) != STREAM_VERSION)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, NULL, "the stream has version %u of the format, and this library knows %u; use a newer one",
				lvi_get_le32(in + AT_VERSION), STREAM_VERSION);
	wrong = lvi_get_le32(in + AT_CRC) == lvi_stream_crc(0, in, AT_CRC) ? head_wrong(in, head) : "its checksum is wrong";
	if (wrong)
		return lvi_error(err, LVOL_E_CORRUPT, NULL, "the head of the stream is damaged: %s", wrong);
	*seed = lvi_stream_seed(in);
	return 0;
}

void lvi_stream_put_record(uint8_t out[STREAM_RECORD_BYTES], const struct stream_record *r, uint32_t seed)
{
	memset(out, 0, STREAM_RECORD_BYTES);
	lvi_put_le32(out + OF_TYPE, r->type);
	lvi_put_le32(out + OF_FLAGS, r->has_before ? HAS_BEFORE : 0);
	lvi_put_le32(out + OF_NUMBER, r->number);
	lvi_put_le64(out + OF_OFFSET, r->offset);
	lvi_put_le64(out + OF_LENGTH, r->length);
	lvi_put_le32(out + OF_BEFORE, r->before);
	lvi_put_le32(out + OF_PAYLOAD, r->payload_crc);
	lvi_put_le32(out + OF_CRC, lvi_stream_crc(seed, out, OF_CRC));
}

uint32_t lvi_stream_payload_bytes(const struct stream_record *r)
{
	return r->type == STREAM_DATA ? (uint32_t)r->length : 0;
}

static const char *record_wrong(const uint8_t *in, const struct stream_record *r)
{
	bool is_range = r->type == STREAM_DATA || r->type == STREAM_ZERO;

	if (r->type < STREAM_DATA || r->type > STREAM_END)
		return "its type is not known";
	if (lvi_get_le32(in + OF_FLAGS) & ~HAS_BEFORE || lvi_get_le32(in + OF_ZERO) || !is_zero(in + OF_REST, OF_CRC - OF_REST))
		return "something is there that this version does not know";
	if (is_range != (r->length != 0) || (!is_range && r->has_before) || (r->type != STREAM_DATA && r->payload_crc))
		return "its fields contradict each other";
	if ((r->type == STREAM_DATA || r->has_before) && r->length > STREAM_PAYLOAD_MAX)
		return "it is too long";
	return NULL;
}

int lvi_stream_get_record(const uint8_t in[STREAM_RECORD_BYTES], struct stream_record *r, uint32_t seed,
		struct lvol_error *err)
{
	const char *wrong;

	*r = (struct stream_record){
		.type = lvi_get_le32(in + OF_TYPE), .has_before = lvi_get_le32(in + OF_FLAGS) & HAS_BEFORE,
		.number = lvi_get_le32(in + OF_NUMBER), .offset = lvi_get_le64(in + OF_OFFSET), .length = lvi_get_le64(in + OF_LENGTH),
		.before = lvi_get_le32(in + OF_BEFORE), .payload_crc = lvi_get_le32(in + OF_PAYLOAD),
	};
	wrong = lvi_get_le32(in + OF_CRC) == lvi_stream_crc(seed, in, OF_CRC) ? record_wrong(in, r) :
			"its checksum is wrong, or it is of another stream";
	return wrong ? lvi_error(err, LVOL_E_CORRUPT, NULL, "a record is damaged: %s", wrong) : 0;
}
