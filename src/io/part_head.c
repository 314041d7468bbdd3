/* Encodes and decodes the head of part.bin. */
#include "io/part_head.h"

#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include "io/tally_format.h"

static void
put_u32(unsigned char *to, uint32_t x)
{
	x = htole32(x);
	memcpy(to, &x, sizeof x);
}

static uint32_t
get_u32(const unsigned char *from)
{
	uint32_t x;

	memcpy(&x, from, sizeof x);
	return le32toh(x);
}

void
part_head_encode(unsigned char *to, const struct part *p)
{
	memcpy(to, PART_MAGIC, 8);
	put_u32(to + 8, PART_VERSION);
	put_u32(to + 12, PART_HEAD_BYTES);
	le64_put(to + 16, p->histories);
	put_u32(to + 24, p->shard.number);
	put_u32(to + 28, p->shard.count);
	le64_put(to + 32, p->ranges.n);
}

void
part_stretch_encode(unsigned char to[PART_STRETCH_BYTES], struct stretch x)
{
	le64_put(to, x.first);
	le64_put(to + 8, x.end);
}

static int
check_head(const struct sealed *s, const unsigned char *bytes, struct part *p, struct err *e)
{
	if (memcmp(bytes, PART_MAGIC, 8) != 0)
		return err_set(e, ERR_INPUT, "%s: not a part of a run: it does not begin with \"%s\"", s->path,
		    PART_MAGIC);
	if (get_u32(bytes + 8) != PART_VERSION)
		return err_set(e, ERR_INPUT, "%s: part of version %" PRIu32 ", this program reads version %d",
		    s->path, get_u32(bytes + 8), PART_VERSION);
	if (get_u32(bytes + 12) != PART_HEAD_BYTES)
		return sealed_damaged(s, e, "its constants are not those of its version");
	if (p->shard.number > p->shard.count || (p->shard.number == 0) != (p->shard.count == 0) ||
	    p->shard.count > SHARD_COUNT_MAX)
		return sealed_damaged(s, e, "it is an impossible shard");
	return 0;
}

/* Ascending, apart, not empty. */
static int
read_stretches(struct sealed *s, struct stretches *stretches, uint64_t n, struct err *e)
{
	unsigned char bytes[PART_STRETCH_BYTES];

	if (n > s->left / sizeof bytes)
		return sealed_damaged(s, e, "it is too short for its stretches of ranges");
	for (uint64_t i = 0; i < n; i++) {
		struct stretch x;

		if (sealed_take(s, bytes, sizeof bytes, e) != 0)
			return -1;
		x = (struct stretch){ le64_get(bytes), le64_get(bytes + 8) };
		if (x.first >= x.end || (i > 0 && x.first <= stretches->stretch[i - 1].end))
			return sealed_damaged(s, e, "its stretches of ranges are not in order");
		if (stretches_add(stretches, x, e) != 0)
			return -1;
	}
	return 0;
}

int
part_head_read(struct sealed *s, struct part *p, struct err *e)
{
	unsigned char bytes[PART_HEAD_BYTES];

	*p = (struct part){ 0 };
	if (sealed_take(s, bytes, sizeof bytes, e) != 0)
		return -1;
	p->histories = le64_get(bytes + 16);
	p->shard = (struct shard){ get_u32(bytes + 24), get_u32(bytes + 28) };
	if (check_head(s, bytes, p, e) != 0)
		return -1;
	if (read_stretches(s, &p->ranges, le64_get(bytes + 32), e) == 0)
		return 0;
	stretches_free(&p->ranges);
	return -1;
}
