/* The entire exponential integral, from which the cross sections of Gaussian nuclei are made. */
#ifndef PHYS_EXPONENTIAL_INTEGRAL_H
#define PHYS_EXPONENTIAL_INTEGRAL_H

/* Ein(x) = integral from 0 to x of (1 - e^-t)/t dt = E1(x) + ln x + 0.5772..., 0 <= x <= 1e300. Relative
 * error < 1e-15. */
double exponential_integral_ein(double x);

#endif
