/* Parts of a run. */
#include "model/part.h"

uint64_t
part_n_ranges(uint64_t histories, uint32_t range_histories)
{
	return histories / range_histories + (histories % range_histories != 0);
}

/* k n / N without overflow: both factors are small beside n. */
static uint64_t
share(uint64_t n, uint64_t k, uint64_t N)
{
	return n / N * k + n % N * k / N;
}

struct stretch
shard_ranges(struct shard s, uint64_t n_ranges)
{
	return (struct stretch){ share(n_ranges, s.number - 1, s.count), share(n_ranges, s.number, s.count) };
}

static bool
has_remainder(const struct part *p, uint32_t range_histories)
{
	return p->histories % range_histories != 0 && stretches_have(&p->ranges, p->histories / range_histories);
}

uint64_t
part_n_full(const struct part *p, uint32_t range_histories)
{
	return stretches_count(&p->ranges) - has_remainder(p, range_histories);
}

uint32_t
part_n_remainder(const struct part *p, uint32_t range_histories)
{
	return has_remainder(p, range_histories) ? (uint32_t)(p->histories % range_histories) : 0;
}

bool
part_is_whole(const struct part *p, uint32_t range_histories)
{
	const struct stretches *s = &p->ranges;

	return s->n == 1 && s->stretch[0].first == 0 && s->stretch[0].end == part_n_ranges(p->histories, range_histories);
}
