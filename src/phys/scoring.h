/* What a lane leaves in the bins. */
#ifndef PHYS_SCORING_H
#define PHYS_SCORING_H

#include "phys/lanes.h"

/* Tallies the energy that lane i has lost since the last deposit, and its track, in its voxel. */
void score_track(struct flock *b, int i, const struct pass *p);

/* Tallies energy that stays where lane i is, in the dose of a group. */
void score_deposit(const struct flock *b, int i, const struct pass *p, int group, int64_t quanta);

/* Lane i has entered a voxel, where it will deposit when the other lanes have had their turn: by then its bin is
 * at hand. */
void score_expect(const struct batch *b, int i, const struct pass *p);

/* Lane i leaves its depth bin: counts it if it goes forward. */
void score_passage(const struct flock *b, int i, const struct pass *p);

/* Tallies all that lane i has left, where it stopped; its track is tallied up to there. */
void score_rest(struct flock *b, int i, const struct pass *p);

#endif
