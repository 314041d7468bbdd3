/* What a depth curve tells: its entrance, its peak, its edges. */
#ifndef MODEL_CURVE_H
#define MODEL_CURVE_H

#include <stddef.h>

/* Depths of the falling edge are named by the percentage of the peak's height. NaN: not there. */
struct curve_features {
	double entrance;       /* value of the first bin */
	double peak_cm;        /* summit of the parabola through the highest bin and its neighbours */
	double peak;           /* its height */
	double R90_cm, R80_cm, R50_cm, R20_cm;   /* beyond the peak */
	double P80_cm;         /* 80 % before the peak */
};

/* `depth_cm` ascends. A maximum in the first or last bin has no summit: the bin itself counts. A
 * curve without a positive finite value has no features but its entrance. */
void curve_analyse(struct curve_features *f, size_t n, const double *depth_cm, const double *value);

#endif
