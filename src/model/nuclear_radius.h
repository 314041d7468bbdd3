/* Measured sizes of light nuclei. */
#ifndef MODEL_NUCLEAR_RADIUS_H
#define MODEL_NUCLEAR_RADIUS_H

#define NUCLEAR_RADIUS_A_MAX 26

/* Root-mean-square charge radius in fm by mass number; 0 where none is listed. */
extern const double nuclear_radius_fm[NUCLEAR_RADIUS_A_MAX + 1];

#endif
