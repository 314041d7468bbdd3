/* Parts of a run. */
#include "model/part.h"

/* k n / N without overflow: both factors are small beside n. */
static uint64_t
share(uint64_t n, uint64_t k, uint64_t N)
{
	return n / N * k + n % N * k / N;
}

/* Ranges that begin in the first k of N shares. */
static uint64_t
ranges_below(uint64_t histories, uint32_t k, uint32_t N, struct cut cut)
{
	return cut_n_ranges(cut, share(histories, k, N));
}

struct stretch
shard_ranges(struct shard s, uint64_t histories, struct cut cut)
{
	return (struct stretch){
		ranges_below(histories, s.number - 1, s.count, cut), ranges_below(histories, s.number, s.count, cut),
	};
}

bool
shards_have_ranges(uint32_t count, uint64_t histories, struct cut cut)
{
	uint64_t before = 0, n;

	for (uint32_t k = 1; k <= count; k++, before = n) {
		n = ranges_below(histories, k, count, cut);
		if (n == before)
			return false;
	}
	return true;
}

static bool
has_remainder(const struct part *p, struct cut cut)
{
	return cut_n_rest(cut, p->histories) > 0 && stretches_have(&p->ranges, cut_n_full(cut, p->histories));
}

uint64_t
part_n_full(const struct part *p, struct cut cut)
{
	return stretches_count(&p->ranges) - has_remainder(p, cut);
}

uint64_t
part_full_histories(const struct part *p, struct cut cut)
{
	uint64_t n_full = cut_n_full(cut, p->histories), histories = 0;

	for (size_t i = 0; i < p->ranges.n; i++) {
		struct stretch x = p->ranges.stretch[i];

		histories += cut_item(cut, x.end < n_full ? x.end : n_full) - cut_item(cut, x.first);
	}
	return histories;
}

uint32_t
part_n_remainder(const struct part *p, struct cut cut)
{
	return has_remainder(p, cut) ? cut_n_rest(cut, p->histories) : 0;
}

bool
part_is_whole(const struct part *p, struct cut cut)
{
	const struct stretches *s = &p->ranges;

	return s->n == 1 && s->stretch[0].first == 0 && s->stretch[0].end == cut_n_ranges(cut, p->histories);
}
