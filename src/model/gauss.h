/* A Gaussian fitted to a lateral profile. */
#ifndef MODEL_GAUSS_H
#define MODEL_GAUSS_H

#include <stdbool.h>
#include <stddef.h>

struct gauss {
	double area;           /* value x cm */
	double centre_cm;
	double sigma_cm;
};

/* The mean of the Gaussian over a bin of this width around x: what a voxel scores. */
double gauss_bin_mean(const struct gauss *g, double x_cm, double bin_cm);

/* Least squares on n bins of equal width, every bin with the same weight; the width of the bins is
 * allowed for. False, and NaN in g, when the profile fixes no Gaussian: fewer than four bins that hold
 * anything, or no convergence. */
bool gauss_fit(struct gauss *g, size_t n, const double *x_cm, const double *value);

#endif
