/* Cubic Hermite interpolation between two points with given slopes. */
#ifndef PHYS_HERMITE_H
#define PHYS_HERMITE_H

/* y at the fraction f of an interval of width h. */
static inline double
hermite_value(double y0, double y1, double slope0, double slope1, double h, double f)
{
	double rise = y1 - y0, d0 = slope0 * h - rise, d1 = slope1 * h - rise;

	return y0 + f * rise + f * (1.0 - f) * ((1.0 - f) * d0 - f * d1);
}

/* Slope at a knot from the secants on both sides and their widths: a parabola through three points,
 * limited after Fritsch and Carlson, SIAM J. Numer. Anal. 17 (1980) 238, to 3 times the smaller secant
 * where the data are monotone. At an extremum the parabola's slope is kept: the curve may pass the
 * knot's value a little, as a smooth maximum does, where a slope of zero would cost two orders. */
static inline double
hermite_slope(double left, double right, double width_left, double width_right)
{
	double slope = (width_right * left + width_left * right) / (width_left + width_right);
	double limit = left > 0.0 ? (left < right ? 3.0 * left : 3.0 * right)
	    : (left > right ? 3.0 * left : 3.0 * right);

	if (left * right <= 0.0)
		return slope;
	return (left > 0.0 ? slope > limit : slope < limit) ? limit : slope;
}

#endif
